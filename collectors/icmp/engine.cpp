#include "collectors/icmp/engine.hpp"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
// The kernel's errqueue.h needs timespec from time.h before it.
#include <linux/errqueue.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <queue>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "collectors/icmp/network_error.hpp"
#include "collectors/icmp/pace.hpp"
#include "collectors/icmp/sent_table.hpp"
#include "collectors/icmp/socket.hpp"

namespace pantau::icmp {
namespace {

namespace asio = boost::asio;

constexpr std::size_t batch_size = 32;
/// Longest IPv4 header, ICMP header, and more than the largest payload: longer is not ours.
constexpr std::size_t message_most = 2048;
/// Batches received in one turn of the loop before others get their turn.
constexpr int batches_per_turn = 8;
/// A right that is missing may be given while we run.
constexpr Duration retry_socket_after = std::chrono::seconds(10);

MonoTime now() {
    return std::chrono::steady_clock::now();
}

/// Tokens nobody can foresee, some hundreds for each call of the kernel.
class TokenSource {
public:
    Token next() {
        if (at_ == pool_.size()) refill();
        return pool_[at_++];
    }

private:
    void refill() {
        auto* to = reinterpret_cast<char*>(pool_.data());
        std::size_t got = 0;
        while (got < sizeof pool_) {
            const ssize_t more = ::getrandom(to + got, sizeof pool_ - got, 0);
            PANTAU_ASSERT(more > 0 || errno == EINTR);
            if (more > 0) got += static_cast<std::size_t>(more);
        }
        at_ = 0;
    }

    std::array<Token, 256> pool_{};
    std::size_t at_ = 256;
};

timespec stamp_clock() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return time;
}

/// How long a message lay in the socket before it was read, by the clock that stamps arrivals.
Duration age_of(msghdr& header, const timespec& read) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec arrived{};
        std::memcpy(&arrived, CMSG_DATA(part), sizeof arrived);
        const auto age = std::chrono::seconds(read.tv_sec - arrived.tv_sec) +
                         std::chrono::nanoseconds(read.tv_nsec - arrived.tv_nsec);
        return std::max(Duration(0), std::chrono::duration_cast<Duration>(age));
    }
    return {};
}

void warn_of_missing_right() {
    static std::atomic<bool> is_told{false};
    if (is_told.exchange(true)) return;
    log(msg::icmp_not_permitted, {});
}

}  // namespace

struct Engine::Impl : std::enable_shared_from_this<Engine::Impl> {
    /// A check that is not over. Places are used again.
    struct Running {
        Check check;
        Address to;
        std::size_t size = 0;
        Done done;
        std::array<std::uint16_t, count_most> sequences{};
        std::uint32_t generation = 0;
        MonoTime wake{};  ///< When it is looked at; later Wakes of it are void.
        bool is_free = true;
    };
    /// When a check is to be looked at.
    struct Wake {
        MonoTime at;
        std::uint32_t place = 0;
        std::uint32_t generation = 0;
        bool operator>(const Wake& other) const { return at > other.at; }
    };
    struct Outgoing {
        std::uint32_t place = 0;
        std::uint32_t generation = 0;
        unsigned number = 0;
    };
    struct Socket {
        Family family = Family::v4;
        EchoSocket echo;
        std::optional<asio::posix::stream_descriptor> descriptor;
        std::optional<Error> fault;  ///< Why there is none.
        MonoTime retry_at{};
        std::deque<Outgoing> outbox;
        bool waits_for_room = false;
        int errors_in_row = 0;
    };
    /// What sendmmsg wants to know of a batch.
    struct Batch {
        std::array<mmsghdr, batch_size> messages{};
        std::array<std::array<iovec, 2>, batch_size> pieces{};
        std::array<sockaddr_storage, batch_size> addresses;
        std::array<std::array<char, prefix_bytes>, batch_size> prefixes;
        std::array<std::uint16_t, batch_size> sequences{};
        unsigned count = 0;
    };

    Impl(asio::io_context& io, std::shared_ptr<Counts> counts_, const Options& options_)
        : loop(io),
          counts(std::move(counts_)),
          options(options_),
          pace(options_.requests_per_second, options_.requests_at_once),
          timer(io) {
        sockets[1].family = Family::v6;
    }

    // ---- checks --------------------------------------------------------------------------------

    Ticket start(const Address& to, const Check::Plan& plan, std::size_t size, MonoTime deadline,
                 Done done) {
        std::uint32_t place = 0;
        if (free_places.empty()) {
            place = static_cast<std::uint32_t>(running.size());
            running.emplace_back();
        } else {
            place = free_places.back();
            free_places.pop_back();
        }
        Running& entry = running[place];
        const MonoTime time = now();
        entry.check = Check(plan, time, deadline);
        entry.to = to;
        entry.size = size;
        entry.done = std::move(done);
        entry.is_free = false;
        ++entry.generation;
        entry.wake = MonoTime::max();
        plan_wake(place, time);
        arm();
        return ticket_of(place, entry.generation);
    }

    static Ticket ticket_of(std::uint32_t place, std::uint32_t generation) {
        return Ticket{generation} << 32 | place;
    }

    Running* current(std::uint32_t place, std::uint32_t generation) {
        if (place >= running.size()) return nullptr;
        Running& entry = running[place];
        return entry.is_free || entry.generation != generation ? nullptr : &entry;
    }

    /// Nobody waits for its requests any more; gives whom to tell.
    Done leave(std::uint32_t place) {
        Running& entry = running[place];
        for (unsigned number = 0; number < count_most; ++number)
            if (entry.check.is_waiting(number)) table.give_up(entry.sequences[number]);
        entry.is_free = true;
        free_places.push_back(place);
        return std::exchange(entry.done, nullptr);
    }

    void finish(std::uint32_t place, MonoTime time) {
        const Check& check = running[place].check;
        Outcome outcome{check.summary(), check.failure(), check.duration(time)};
        const Done done = leave(place);
        done(std::move(outcome));
    }

    /// Does what is due of one check. It may be over after this.
    void look_at(std::uint32_t place, MonoTime time) {
        Running& entry = running[place];
        Check& check = entry.check;
        entry.wake = MonoTime::max();
        while (const auto number = check.take_expired(time))
            table.give_up(entry.sequences[*number]);
        if (const auto number = check.take_due(time)) enqueue(place, *number, time);
        if (check.is_over(time)) {
            finish(place, time);
        } else {
            plan_wake(place, check.next());
        }
    }

    void enqueue(std::uint32_t place, unsigned number, MonoTime time) {
        Running& entry = running[place];
        Socket& socket = socket_for(entry.to);
        if (open(socket, time)) {
            socket.outbox.push_back({place, entry.generation, number});
        } else {
            entry.check.stop(*socket.fault);  // the next one would fare no better
        }
    }

    void plan_wake(std::uint32_t place, MonoTime at) {
        Running& entry = running[place];
        if (at >= entry.wake) return;
        entry.wake = at;
        wakes.push({at, place, entry.generation});
    }
    /// After something happened to a check. It ends from the loop, not while others are at work.
    void rouse(std::uint32_t place) { plan_wake(place, running[place].check.next()); }

    // ---- time ----------------------------------------------------------------------------------

    void arm() {
        if (is_own_turn || is_closed) return;
        std::optional<MonoTime> due;
        if (!wakes.empty()) due = wakes.top().at;
        for (const Socket& socket : sockets) {
            if (socket.outbox.empty() || socket.waits_for_room) continue;
            // A millisecond's worth at a time.
            const MonoTime room = pace.next() + std::chrono::milliseconds(1);
            due = due ? std::min(*due, room) : room;
        }
        if (!due || (armed_for && *armed_for <= *due)) return;
        armed_for = due;
        timer.expires_at(*due);
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (self == nullptr || error || self->is_closed) return;
            self->armed_for.reset();
            self->own_turn([&] {
                self->look_at_due();
                self->flush();
            });
        });
    }

    /// Timers are set once, when everything has happened.
    template <class Work>
    void own_turn(Work work) {
        is_own_turn = true;
        work();
        is_own_turn = false;
        arm();
    }

    void look_at_due() {
        const MonoTime time = now();
        while (!is_closed && !wakes.empty() && wakes.top().at <= time) {
            const Wake wake = wakes.top();
            wakes.pop();
            const Running* const entry = current(wake.place, wake.generation);
            if (entry != nullptr && entry->wake == wake.at) look_at(wake.place, time);
        }
    }

    // ---- sending -------------------------------------------------------------------------------

    Socket& socket_for(const Address& to) { return sockets[to.is_v6() ? 1 : 0]; }

    bool open(Socket& socket, MonoTime time) {
        if (socket.descriptor) return true;
        if (socket.fault && time < socket.retry_at) return false;
        const auto id = static_cast<std::uint16_t>(tokens.next());
        bool is_forbidden = false;
        const auto opened = open_socket(socket.family, id, options.buffer_bytes, is_forbidden);
        if (!opened) {
            socket.fault = opened.error();
            socket.retry_at = time + retry_socket_after;
            if (is_forbidden) warn_of_missing_right();
            return false;
        }
        boost::system::error_code failed;
        socket.descriptor.emplace(loop);
        socket.descriptor->assign(opened->fd, failed);
        if (failed) {
            ::close(opened->fd);
            socket.descriptor.reset();
            socket.fault =
                Error{Reason::local, "no socket for echo requests: " + failed.message(), {}};
            socket.retry_at = time + retry_socket_after;
            return false;
        }
        socket.echo = *opened;
        socket.fault.reset();
        if (!receive_memory)
            receive_memory = std::make_unique_for_overwrite<char[]>(batch_size * message_most);
        wait_for_data(socket);
        return true;
    }

    void flush() {
        for (Socket& socket : sockets)
            if (!is_closed) drain(socket);
    }

    void drain(Socket& socket) {
        while (!socket.outbox.empty() && !socket.waits_for_room && !is_closed) {
            const MonoTime time = now();
            fill(socket, pace.room(time, batch_size));
            if (batch.count == 0) return;
            const int sent = ::sendmmsg(socket.descriptor->native_handle(), batch.messages.data(),
                                        batch.count, MSG_DONTWAIT | MSG_NOSIGNAL);
            const int error = errno;
            const auto left = static_cast<unsigned>(std::max(0, sent));
            for (unsigned i = left; i < batch.count; ++i)
                table.give_up(batch.sequences[i]);
            if (left > 0) {
                on_sent(socket, left, time);
            } else if (!on_send_error(socket, error, time)) {
                return;
            }
        }
    }

    /// Puts the first requests of the outbox into the batch, `most` of them.
    void fill(Socket& socket, std::size_t most) {
        batch.count = 0;
        while (batch.count < most && batch.count < socket.outbox.size()) {
            const Outgoing& outgoing = socket.outbox[batch.count];
            Running* const entry = current(outgoing.place, outgoing.generation);
            if (entry == nullptr) {  // over or cancelled since
                socket.outbox.erase(socket.outbox.begin() + batch.count);
                continue;
            }
            const Token token = tokens.next();
            const auto sequence = table.take(token, {outgoing.place, outgoing.number});
            if (!sequence) {
                entry->check.not_sent(
                    outgoing.number, now(),
                    {Reason::overload, "too many echo requests wait for their replies", {}});
                rouse(outgoing.place);
                socket.outbox.erase(socket.outbox.begin() + batch.count);
                continue;
            }
            add_to_batch(socket, *entry, *sequence, token);
        }
    }

    void add_to_batch(const Socket& socket, const Running& entry, std::uint16_t sequence,
                      Token token) {
        static const std::array<char, size_most> zeros{};
        const unsigned i = batch.count++;
        batch.sequences[i] = sequence;
        batch.prefixes[i] = write_request(socket.family, socket.echo.id, sequence, token);
        batch.pieces[i][0] = {batch.prefixes[i].data(), prefix_bytes};
        // sendmmsg only reads it.
        batch.pieces[i][1] = {const_cast<char*>(zeros.data()), entry.size - sizeof(Token)};
        msghdr& header = batch.messages[i].msg_hdr;
        header = {};
        header.msg_name = &batch.addresses[i];
        header.msg_namelen = entry.to.fill(batch.addresses[i]);
        header.msg_iov = batch.pieces[i].data();
        header.msg_iovlen = 2;
    }

    void on_sent(Socket& socket, unsigned count, MonoTime time) {
        socket.errors_in_row = 0;
        pace.left(time, count);
        counts->requests_sent(count);
        for (unsigned i = 0; i < count; ++i) {
            const Outgoing outgoing = socket.outbox.front();
            socket.outbox.pop_front();
            Running& entry = running[outgoing.place];
            entry.sequences[outgoing.number] = batch.sequences[i];
            entry.check.sent(outgoing.number, time);
            rouse(outgoing.place);
        }
    }

    /// What the first request of the outbox met. False: later, when there is room.
    bool on_send_error(Socket& socket, int error, MonoTime time) {
        if (error == EINTR) return true;
        if (error == EAGAIN || error == EWOULDBLOCK) {
            wait_for_room(socket);
            return false;
        }
        // An ICMP error about an earlier request is reported to whoever calls next; it says nothing
        // about this one, which is tried again.
        const bool is_perhaps_of_another = read_errors(socket) != 0 || socket.errors_in_row == 0;
        if (is_perhaps_of_another && ++socket.errors_in_row <= 4) return true;
        socket.errors_in_row = 0;
        if (is_closed || socket.outbox.empty()) return false;
        const Outgoing outgoing = socket.outbox.front();
        socket.outbox.pop_front();
        SendError failed = send_error_of(error);
        counts->send_failed(failed.fault);
        if (Running* const entry = current(outgoing.place, outgoing.generation)) {
            entry->check.not_sent(outgoing.number, time, std::move(failed.error));
            rouse(outgoing.place);
        }
        return true;
    }

    void wait_for_room(Socket& socket) {
        socket.waits_for_room = true;
        socket.descriptor->async_wait(
            asio::posix::stream_descriptor::wait_write,
            [weak = weak_from_this(), &socket](const boost::system::error_code& error) {
                const auto self = weak.lock();
                if (self == nullptr || error || self->is_closed) return;
                socket.waits_for_room = false;
                self->own_turn([&] { self->drain(socket); });
            });
    }

    // ---- receiving -----------------------------------------------------------------------------

    void wait_for_data(Socket& socket) {
        socket.descriptor->async_wait(
            asio::posix::stream_descriptor::wait_read,
            [weak = weak_from_this(), &socket](const boost::system::error_code& error) {
                const auto self = weak.lock();
                if (self == nullptr || error || self->is_closed) return;
                self->own_turn([&] { self->receive(socket); });
                if (!self->is_closed) self->wait_for_data(socket);
            });
    }

    void receive(Socket& socket) {
        std::array<mmsghdr, batch_size> messages{};
        std::array<iovec, batch_size> pieces{};
        std::array<sockaddr_storage, batch_size> sources;
        struct alignas(cmsghdr) Control {
            char bytes[64];
        };
        std::array<Control, batch_size> controls;
        for (int turn = 0; turn < batches_per_turn && !is_closed; ++turn) {
            for (std::size_t i = 0; i < batch_size; ++i) {
                pieces[i] = {receive_memory.get() + i * message_most, message_most};
                msghdr& header = messages[i].msg_hdr;
                header = {};
                header.msg_name = &sources[i];
                header.msg_namelen = sizeof(sockaddr_storage);
                header.msg_iov = &pieces[i];
                header.msg_iovlen = 1;
                header.msg_control = controls[i].bytes;
                header.msg_controllen = sizeof controls[i].bytes;
            }
            const int count = ::recvmmsg(socket.descriptor->native_handle(), messages.data(),
                                         batch_size, MSG_DONTWAIT, nullptr);
            if (count < 0) {
                // No message woke us, so it was an ICMP error.
                const bool is_empty = errno == EAGAIN || errno == EWOULDBLOCK;
                read_errors(socket);
                if (is_empty) return;
                continue;
            }
            const MonoTime time = now();
            const timespec stamp = stamp_clock();
            for (std::size_t i = 0; i < static_cast<std::size_t>(count) && !is_closed; ++i) {
                const std::string_view message{static_cast<const char*>(pieces[i].iov_base),
                                               messages[i].msg_len};
                const bool is_cut = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
                counts->refuse(is_cut ? Refusal::truncated
                                      : accept(socket, Address::of(sources[i]), message,
                                               time - age_of(messages[i].msg_hdr, stamp)));
            }
            if (static_cast<std::size_t>(count) < batch_size) return;
        }
    }

    /// The guards, from what costs a stranger nothing to what only the device can know.
    Refusal accept(Socket& socket, const std::optional<Address>& from, std::string_view message,
                   MonoTime arrived) {
        const bool has_ip_header = socket.echo.is_raw && socket.family == Family::v4;
        const auto inner = has_ip_header ? behind_ip_header(message) : message;
        const auto echo = inner ? read_reply(socket.family, *inner) : std::nullopt;
        if (!echo || !from) return Refusal::malformed;
        if (!echo->token) return Refusal::truncated;
        const SentTable::Found found = table.find(echo->sequence, *echo->token);
        switch (found.match) {
            case SentTable::Match::foreign:
                return Refusal::foreign;
            case SentTable::Match::late:
                return Refusal::late;
            case SentTable::Match::duplicate:
                return Refusal::duplicate;
            case SentTable::Match::waiting:
                break;
        }
        Running& entry = running[found.owner.check];
        if (socket.echo.is_raw && echo->id != socket.echo.id) return Refusal::foreign;
        if (entry.to != *from) return Refusal::source;
        if (entry.size != echo->payload) return Refusal::truncated;
        table.answer(echo->sequence);
        // The stamps of two clocks may differ by little more than the shortest round trip.
        const Duration trip =
            std::max(arrived - entry.check.sent_at(found.owner.number), Duration(1));
        entry.check.answered(found.owner.number, arrived, trip);
        rouse(found.owner.check);
        return Refusal::none;
    }

    /// Takes in what the network said about requests of ours. Gives how much that was.
    int read_errors(Socket& socket) {
        int count = 0;
        for (; count < 256 && !is_closed; ++count) {
            std::array<char, message_most> quoted;
            alignas(cmsghdr) std::array<char, 512> control;
            sockaddr_storage destination{};
            iovec piece{quoted.data(), quoted.size()};
            msghdr header{};
            header.msg_name = &destination;
            header.msg_namelen = sizeof destination;
            header.msg_iov = &piece;
            header.msg_iovlen = 1;
            header.msg_control = control.data();
            header.msg_controllen = control.size();
            const auto size =
                ::recvmsg(socket.descriptor->native_handle(), &header, MSG_ERRQUEUE | MSG_DONTWAIT);
            if (size < 0) break;
            for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
                 part = CMSG_NXTHDR(&header, part)) {
                const bool is_error =
                    (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                    (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
                if (is_error)
                    on_network_error(socket, CMSG_DATA(part), Address::of(destination),
                                     {quoted.data(), static_cast<std::size_t>(size)});
            }
        }
        return count;
    }

    /// Believed only when it quotes a request that waits, to the very address it went to, and its
    /// token where it quotes that far.
    void on_network_error(Socket& socket, const unsigned char* data,
                          const std::optional<Address>& to, std::string_view quoted) {
        sock_extended_err said{};
        std::memcpy(&said, data, sizeof said);
        const bool is_of_network =
            said.ee_origin == SO_EE_ORIGIN_ICMP || said.ee_origin == SO_EE_ORIGIN_ICMP6;
        if (!is_of_network) return;  // our own kernel tells the same to whoever sends
        const auto echo = read_quoted(socket.family, quoted);
        const auto owner = echo ? table.find_waiting(echo->sequence) : std::nullopt;
        const bool is_ours = owner && to && running[owner->check].to == *to &&
                             (!socket.echo.is_raw || echo->id == socket.echo.id) &&
                             (!echo->token || table.find(echo->sequence, *echo->token).match ==
                                                  SentTable::Match::waiting);
        if (!is_ours) {
            counts->refuse(Refusal::error);
            return;
        }
        sockaddr_storage router{};
        // SO_EE_OFFENDER: it stands behind the error, as long as its family says.
        std::memcpy(&router, data + sizeof said,
                    socket.family == Family::v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
        const auto from = Address::of(router);
        const Complaint complaint{said.ee_type, said.ee_code, from ? from->to_string() : "",
                                  from == to};
        auto why = error_of(socket.family, complaint);
        if (!why) return;
        table.give_up(echo->sequence);
        running[owner->check].check.unreachable(owner->number, std::move(*why));
        rouse(owner->check);
    }

    asio::io_context& loop;
    std::shared_ptr<Counts> counts;
    const Options options;
    Pace pace;
    asio::steady_timer timer;
    std::optional<MonoTime> armed_for;
    TokenSource tokens;
    SentTable table;
    std::vector<Running> running;
    std::vector<std::uint32_t> free_places;
    std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes;
    std::array<Socket, 2> sockets;  ///< IPv4, IPv6.
    Batch batch;
    std::unique_ptr<char[]> receive_memory;
    bool is_own_turn = false;
    bool is_closed = false;
};

Engine::Engine(asio::io_context& loop, std::shared_ptr<Counts> counts, const Options& options)
    : impl_(std::make_shared<Impl>(loop, std::move(counts), options)) {}

Engine::Engine(asio::io_context& loop, std::shared_ptr<Counts> counts)
    : Engine(loop, std::move(counts), Options{}) {}

Engine::~Engine() {
    impl_->is_closed = true;
    impl_->timer.cancel();
    for (Impl::Socket& socket : impl_->sockets) {
        boost::system::error_code ignored;
        if (socket.descriptor) socket.descriptor->close(ignored);
    }
}

void Engine::prepare(bool is_v6) {
    static_cast<void>(impl_->open(impl_->sockets[is_v6 ? 1 : 0], now()));
}

Engine::Ticket Engine::start(const Address& to, const Check::Plan& plan, std::size_t size,
                             MonoTime deadline, Done done) {
    PANTAU_ASSERT(size >= size_least && size <= size_most);
    return impl_->start(to, plan, size, deadline, std::move(done));
}

void Engine::cancel(Ticket ticket) {
    const auto place = static_cast<std::uint32_t>(ticket);
    const auto generation = static_cast<std::uint32_t>(ticket >> 32);
    if (impl_->current(place, generation) != nullptr) static_cast<void>(impl_->leave(place));
}

asio::io_context& Engine::loop() {
    return impl_->loop;
}

std::size_t Engine::running() const {
    return impl_->running.size() - impl_->free_places.size();
}

}  // namespace pantau::icmp
