#include "collectors/snmp/engine.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
// The kernel's errqueue.h needs timespec from time.h before it.
#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "collectors/snmp/rate_limit.hpp"
#include "collectors/snmp/request_table.hpp"
#include "collectors/snmp/timing_wheel.hpp"
#include "collectors/snmp/v3_talk.hpp"

namespace pantau::snmp {
namespace {

namespace asio = boost::asio;

constexpr std::size_t batch_size = 32;
constexpr std::size_t datagram_size = 65'536;
/// Batches received in one turn of the loop before others get their turn.
constexpr int batches_per_turn = 8;

MonoTime now() {
    return std::chrono::steady_clock::now();
}

/// Long timeouts end on a grid of the clock, together with each other and with the visits that the
/// schedule begins there: what is gone costs no wake-ups of its own. What was sent just behind a
/// point of the grid counts as sent at it.
MonoTime end_of(MonoTime sent, Duration timeout) {
    constexpr Duration grid = std::chrono::milliseconds(100);
    constexpr Duration just_behind = std::chrono::milliseconds(10);
    if (timeout < 10 * grid) return sent + timeout;
    const Duration end = (sent + timeout - just_behind).time_since_epoch();
    return MonoTime((end + grid - Duration(1)) / grid * grid);
}

std::string words_of(int error) {
    return std::error_code(error, std::generic_category()).message();
}

/// The same time whatever the content: a stranger learns nothing from how fast we refuse.
bool is_same_secret(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^
                                            static_cast<unsigned char>(b[i]));
    return difference == 0;
}

/// What an ICMP error about a request says; its errno as the kernel has it.
Error error_of(int error, const Peer& peer) {
    switch (error) {
        case ECONNREFUSED:
        case ENOPROTOOPT:
            return {Reason::refused, "nothing listens on this port", peer.to_string()};
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENONET:
            return {Reason::unreachable, "no way to this address: " + words_of(error),
                    peer.to_string()};
        default:
            return {Reason::local, "cannot send: " + words_of(error), peer.to_string()};
    }
}

/// Why a request did not leave. Our own routes speak before anything leaves: what they say is as
/// true of a city that works as of one that does not.
Error not_sent(int error, const Peer& peer) {
    const bool is_without_way =
        error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == ENETDOWN;
    if (is_without_way)
        return {Reason::local, "this machine knows no way to this address: " + words_of(error),
                peer.to_string()};
    return error_of(error, peer);
}

/// Asks for large buffers and gives what the kernel granted for receiving, in its own bookkeeping
/// (twice what was asked).
int grow_buffers(int fd, int bytes) {
    for (const int option : {SO_SNDBUFFORCE, SO_SNDBUF, SO_RCVBUFFORCE, SO_RCVBUF}) {
        // The forced form needs a privilege; failing that the plain one is capped by the system.
        const bool is_plain = option == SO_SNDBUF || option == SO_RCVBUF;
        int granted = 0;
        socklen_t size = sizeof granted;
        const int readable =
            option == SO_SNDBUFFORCE || option == SO_SNDBUF ? SO_SNDBUF : SO_RCVBUF;
        if (is_plain && ::getsockopt(fd, SOL_SOCKET, readable, &granted, &size) == 0 &&
            granted >= bytes)
            continue;
        ::setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);
    }
    int granted = 0;
    socklen_t size = sizeof granted;
    ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &size);
    return granted;
}

void warn_of_small_buffer(int wanted, int granted) {
    static std::atomic<bool> is_told{false};
    if (is_told.exchange(true)) return;
    log(msg::socket_buffer_small, {{"wanted_bytes", wanted}, {"granted_bytes", granted / 2}});
}

}  // namespace

struct Engine::Impl : std::enable_shared_from_this<Engine::Impl> {
    using Slot = RequestTable::Slot;

    /// A request that is not over.
    struct Waiting {
        Requester* requester = nullptr;  ///< Null: the slot is free.
        Peer peer;
        std::string community;
        Duration timeout{};
        MonoTime sent{};
        std::int32_t id = 0;
        V3Talk* v3 = nullptr;
        Version version = Version::v2c;
        bool is_sent = false;
        bool is_in_window = false;
    };

    struct Outgoing {
        std::int32_t id;
        std::string datagram;
    };

    struct Socket {
        std::optional<asio::posix::stream_descriptor> descriptor;
        std::deque<Outgoing> outbox;  ///< On its way; not more than fits the window.
        bool waits_for_room = false;
        bool is_v6 = false;
    };

    Impl(asio::io_context& io, std::shared_ptr<Counts> counts_, const Options& options_)
        : loop(io),
          counts(std::move(counts_)),
          options(options_),
          window(options_.window),
          rate(options_.requests_per_second, options_.requests_at_once),
          timer(io),
          table(random_seed()),
          // Its ticks meet the grid.
          wheel(MonoTime(std::chrono::floor<std::chrono::seconds>(now().time_since_epoch()))) {
        sockets[1].is_v6 = true;
        receive_memory = std::make_unique_for_overwrite<char[]>(batch_size * datagram_size);
    }

    // ---- sending -------------------------------------------------------------------------------

    Result<Ticket> take(const Request& request, Requester& requester) {
        const auto issued = table.take();
        if (!issued)
            return fail(Reason::overload, "too many requests at once", request.peer.to_string());
        Outgoing outgoing{issued->id, spare_datagram()};
        const Result<void> encoded = write(request, issued->id, outgoing.datagram);
        if (!encoded) {
            table.release(issued->slot);
            Error why = encoded.error();
            why.where = request.peer.to_string();
            return tl::unexpected(std::move(why));
        }
        if (waiting.size() < table.size()) waiting.resize(table.size());
        Waiting& entry = waiting[issued->slot];
        entry.requester = &requester;
        entry.peer = request.peer;
        entry.community.assign(request.community);
        entry.timeout = request.timeout;
        entry.id = issued->id;
        entry.version = request.version;
        entry.v3 = request.v3;
        entry.is_sent = false;
        entry.is_in_window = false;
        queue.push_back(std::move(outgoing));
        schedule_flush();
        return issued->id;
    }

    static Result<void> write(const Request& request, std::int32_t id, std::string& datagram) {
        if (request.version == Version::v3) {
            PANTAU_ASSERT(request.v3 != nullptr);
            return request.v3->encode(id, request.body, now(), datagram);
        }
        if (!encode(request.version, request.community, id, request.body, datagram))
            return fail(Reason::local, "the request is larger than a datagram");
        return {};
    }

    std::string spare_datagram() {
        if (spare.empty()) return {};
        std::string datagram = std::move(spare.back());
        spare.pop_back();
        return datagram;
    }

    void keep_spare(std::string datagram) {
        if (spare.size() < 2 * batch_size) spare.push_back(std::move(datagram));
    }

    /// Sends in this turn of the loop: at its end when the turn is ours, else by a turn of our own.
    void schedule_flush() {
        if (is_flush_due) return;
        is_flush_due = true;
        if (is_own_turn) return;
        asio::post(loop, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->flush();
        });
    }

    /// Lets `work` call requesters; what they ask in answer leaves in one batch, without a second
    /// look at the sockets in between.
    template <class Work>
    void own_turn(const Work& work) {
        is_own_turn = true;
        work();
        is_own_turn = false;
        if (is_flush_due && !is_closed) flush();
    }

    /// Moves requests from the queue into the window and onto the wire.
    void flush() {
        is_flush_due = false;
        const MonoTime time = now();
        age_window(time);
        while (!is_closed && !queue.empty() && in_window < window) {
            Waiting* const entry = current(queue.front().id);
            if (entry != nullptr && !rate.take(time)) break;
            Outgoing outgoing = std::move(queue.front());
            queue.pop_front();
            if (entry == nullptr) {  // cancelled since
                keep_spare(std::move(outgoing.datagram));
                continue;
            }
            Socket& socket = sockets[entry->peer.is_v6() ? 1 : 0];
            entry->is_sent = true;
            entry->sent = time;
            entry->is_in_window = true;
            ++in_window;
            young.push_back({outgoing.id, time});
            wheel.add(slot_of(*entry), end_of(time, entry->timeout));
            socket.outbox.push_back(std::move(outgoing));
            if (socket.outbox.size() >= batch_size) drain(socket);
        }
        for (Socket& socket : sockets) {
            if (!is_closed && !socket.outbox.empty()) drain(socket);
        }
        if (!is_closed) arm();
    }

    /// Requests that have waited long leave the window; those that are over have left already.
    void age_window(MonoTime time) {
        while (!young.empty()) {
            Waiting* const entry = current(young.front().id);
            if (entry != nullptr && entry->is_in_window) {
                if (time - young.front().sent < options.lost_after) return;
                leave_window(*entry);
            }
            young.pop_front();
        }
    }

    void leave_window(Waiting& entry) {
        if (!entry.is_in_window) return;
        entry.is_in_window = false;
        --in_window;
    }

    void drain(Socket& socket) {
        if (socket.waits_for_room) return;
        if (!socket.descriptor && !open(socket)) return;
        int errors_in_row = 0;
        while (!is_closed && !socket.outbox.empty()) {
            const int sent = send_batch(socket);
            if (sent > 0) {
                errors_in_row = 0;
                for (int i = 0; i < sent; ++i) {
                    counts->request();
                    keep_spare(std::move(socket.outbox.front().datagram));
                    socket.outbox.pop_front();
                }
                continue;
            }
            const int error = errno;
            if (error == EINTR) continue;
            if (error == EAGAIN || error == EWOULDBLOCK) {
                wait_for_room(socket);
                return;
            }
            // An ICMP error about an earlier datagram is reported to whoever calls next; it says
            // nothing about this one, which is tried again.
            const bool is_perhaps_of_another = read_errors(socket) != 0 || errors_in_row == 0;
            if (is_perhaps_of_another && ++errors_in_row <= 4) continue;
            errors_in_row = 0;
            const std::int32_t id = socket.outbox.front().id;
            socket.outbox.pop_front();
            fail_request(id, error);
        }
    }

    int send_batch(Socket& socket) {
        std::array<mmsghdr, batch_size> messages{};
        std::array<iovec, batch_size> pieces{};
        std::array<sockaddr_storage, batch_size> addresses;
        unsigned count = 0;
        while (count < batch_size && count < socket.outbox.size()) {
            Outgoing& outgoing = socket.outbox[count];
            Waiting* const entry = current(outgoing.id);
            if (entry == nullptr) {  // cancelled since
                socket.outbox.erase(socket.outbox.begin() + count);
                continue;
            }
            pieces[count] = {outgoing.datagram.data(), outgoing.datagram.size()};
            msghdr& header = messages[count].msg_hdr;
            header.msg_name = &addresses[count];
            header.msg_namelen = entry->peer.fill(addresses[count]);
            header.msg_iov = &pieces[count];
            header.msg_iovlen = 1;
            ++count;
        }
        if (count == 0) {
            errno = EINTR;
            return -1;
        }
        return ::sendmmsg(socket.descriptor->native_handle(), messages.data(), count,
                          MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    void wait_for_room(Socket& socket) {
        socket.waits_for_room = true;
        socket.descriptor->async_wait(
            asio::posix::stream_descriptor::wait_write,
            [weak = weak_from_this(), &socket](const boost::system::error_code& error) {
                const auto self = weak.lock();
                if (self == nullptr || error) return;
                socket.waits_for_room = false;
                self->drain(socket);
            });
    }

    /// Opens the socket of a family, or fails everything that waits for it.
    bool open(Socket& socket) {
        const int family = socket.is_v6 ? AF_INET6 : AF_INET;
        const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        int error = errno;
        if (fd >= 0) {
            const int on = 1;
            const int fragment = socket.is_v6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT;
            const int level = socket.is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
            if (socket.is_v6) ::setsockopt(fd, level, IPV6_V6ONLY, &on, sizeof on);
            ::setsockopt(fd, level, socket.is_v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
            ::setsockopt(fd, level, socket.is_v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &fragment,
                         sizeof fragment);
            const int granted = grow_buffers(fd, options.buffer_bytes);
            if (granted < 2 * options.buffer_bytes)
                warn_of_small_buffer(options.buffer_bytes, granted);
            // A reply costs the kernel up to 4 kB of bookkeeping and data.
            window = std::min(options.window,
                              std::max<std::size_t>(16, static_cast<std::size_t>(granted) / 4096));
            boost::system::error_code failed;
            socket.descriptor.emplace(loop);
            socket.descriptor->assign(fd, failed);
            if (!failed) {
                wait_for_data(socket);
                return true;
            }
            error = failed.value();
            socket.descriptor.reset();
            ::close(fd);
        }
        std::deque<Outgoing> lost = std::exchange(socket.outbox, {});
        for (const Outgoing& outgoing : lost) {
            if (is_closed) break;
            fail_request(outgoing.id, error);
        }
        return false;
    }

    void fail_request(std::int32_t id, int error) {
        if (Waiting* const entry = current(id)) {
            const Error why = not_sent(error, entry->peer);
            finish(*entry).on_failure(why);
        }
    }

    // ---- receiving -----------------------------------------------------------------------------

    void wait_for_data(Socket& socket) {
        socket.descriptor->async_wait(
            asio::posix::stream_descriptor::wait_read,
            [weak = weak_from_this(), &socket](const boost::system::error_code& error) {
                const auto self = weak.lock();
                if (self == nullptr || error) return;
                self->own_turn([&] { self->receive(socket); });
                if (!self->is_closed) self->wait_for_data(socket);
            });
    }

    void receive(Socket& socket) {
        std::array<mmsghdr, batch_size> messages{};
        std::array<iovec, batch_size> pieces{};
        std::array<sockaddr_storage, batch_size> sources;
        for (int batch = 0; batch < batches_per_turn && !is_closed; ++batch) {
            for (std::size_t i = 0; i < batch_size; ++i) {
                pieces[i] = {receive_memory.get() + i * datagram_size, datagram_size};
                msghdr& header = messages[i].msg_hdr;
                header = {};
                header.msg_name = &sources[i];
                header.msg_namelen = sizeof(sockaddr_storage);
                header.msg_iov = &pieces[i];
                header.msg_iovlen = 1;
            }
            const int count = ::recvmmsg(socket.descriptor->native_handle(), messages.data(),
                                         batch_size, MSG_DONTWAIT, nullptr);
            if (count < 0) {
                // No datagram woke us, so it was an ICMP error.
                const bool is_empty = errno == EAGAIN || errno == EWOULDBLOCK;
                read_errors(socket);
                if (is_empty) return;
                continue;
            }
            const MonoTime time = now();
            for (std::size_t i = 0; i < static_cast<std::size_t>(count) && !is_closed; ++i) {
                const auto from = Peer::of(sources[i]);
                if ((messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0 || !from) {
                    counts->refuse(Refusal::truncated);
                    continue;
                }
                counts->refuse(accept(
                    *from, {static_cast<const char*>(pieces[i].iov_base), messages[i].msg_len},
                    time));
            }
            if (static_cast<std::size_t>(count) < batch_size) return;
        }
    }

    /// The guards, from what costs a stranger nothing to what only the device can know. The request
    /// that passes all of them is over.
    Refusal accept(const Peer& from, std::string_view datagram, MonoTime time) {
        switch (decode(datagram, message)) {
            case DecodeResult::ok:
                break;
            case DecodeResult::malformed:
                return Refusal::malformed;
            case DecodeResult::other_version:
                return accept_v3(from, datagram, time);
            case DecodeResult::other_pdu:
                return Refusal::pdu_type;
        }
        const auto found = table.find(message.request_id);
        if (found.match == RequestTable::Match::past) return Refusal::late;
        if (found.match == RequestTable::Match::none) return Refusal::unknown_id;
        Waiting& entry = waiting[found.slot];
        if (!entry.is_sent) return Refusal::unknown_id;
        if (entry.peer != from) return Refusal::source;
        if (entry.version != message.version) return Refusal::version;
        if (!is_same_secret(entry.community, message.community)) return Refusal::community;
        if (message.pdu != PduType::response) return Refusal::pdu_type;
        const Refusal refusal = entry.requester->judge(message);
        if (refusal != Refusal::none) return refusal;
        const Requester::Arrival arrival{time - entry.sent, datagram.size()};
        finish(entry).on_reply(message, arrival);
        return Refusal::none;
    }

    /// The same for v3, by its msgID. What only the device can know is V3Talk's to check.
    Refusal accept_v3(const Peer& from, std::string_view datagram, MonoTime time) {
        V3Header header;
        const DecodeResult result = read_v3(datagram, header);
        if (result == DecodeResult::other_version) return Refusal::version;
        if (result != DecodeResult::ok) return Refusal::malformed;
        const auto found = table.find(header.msg_id);
        if (found.match == RequestTable::Match::past) return Refusal::late;
        if (found.match == RequestTable::Match::none) return Refusal::unknown_id;
        Waiting& entry = waiting[found.slot];
        if (!entry.is_sent) return Refusal::unknown_id;
        if (entry.peer != from) return Refusal::source;
        if (entry.version != Version::v3) return Refusal::version;
        Refusal refusal = entry.v3->decode(header, datagram, time, message);
        if (refusal == Refusal::none && message.pdu == PduType::response &&
            entry.v3->then() == V3Talk::Then::deliver)
            refusal = entry.requester->judge(message);
        if (refusal != Refusal::none) return refusal;
        const Requester::Arrival arrival{time - entry.sent, datagram.size()};
        finish(entry).on_reply(message, arrival);
        return Refusal::none;
    }

    /// Takes in what the network said about datagrams of ours. Gives how much that was.
    int read_errors(Socket& socket) {
        int count = 0;
        for (; count < 256 && !is_closed; ++count) {
            std::array<char, 2048> quoted;
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
                if (!is_error) continue;
                sock_extended_err error{};
                std::memcpy(&error, CMSG_DATA(part), sizeof error);
                on_network_error(static_cast<int>(error.ee_errno), Peer::of(destination),
                                 {quoted.data(), static_cast<std::size_t>(size)});
            }
        }
        return count;
    }

    /// Believed only when it quotes a request that waits, to the very peer it went to: what a
    /// stranger would have to guess to forge a reply.
    void on_network_error(int error, const std::optional<Peer>& to, std::string_view quoted) {
        const auto id = quoted_request_id(quoted);
        Waiting* const entry = id && to ? current(*id) : nullptr;
        if (entry == nullptr || !entry->is_sent || entry->peer != *to) {
            counts->refuse(Refusal::icmp);
            return;
        }
        const Error why = error_of(error, entry->peer);
        if (why.reason == Reason::local) return;  // "too large", "parameter problem": not final
        finish(*entry).on_failure(why);
    }

    // ---- time ----------------------------------------------------------------------------------

    /// Sets the timer to the next thing that is due by itself.
    void arm() {
        std::optional<MonoTime> due = wheel.next();
        if (!queue.empty()) {
            // Below the rate: a millisecond's worth at a time.
            const MonoTime room = in_window < window
                                      ? rate.next(now()) + std::chrono::milliseconds(1)
                                      : young.front().sent + options.lost_after;
            due = due ? std::min(*due, room) : room;
        }
        if (!due || (armed_for && *armed_for <= *due)) return;
        armed_for = due;
        timer.expires_at(*due);
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (self == nullptr || error) return;
            self->armed_for.reset();
            self->own_turn([&] { self->expire(); });
        });
    }

    void expire() {
        std::vector<TimingWheel::Item> slots;
        wheel.advance(now(), slots);
        std::vector<std::int32_t> ids;
        ids.reserve(slots.size());
        for (const TimingWheel::Item slot : slots)
            ids.push_back(waiting[slot].id);
        for (const std::int32_t id : ids) {
            if (is_closed) return;
            Waiting* const entry = current(id);
            if (entry == nullptr) continue;
            const Error why{Reason::timeout, "no answer", entry->peer.to_string()};
            finish(*entry).on_failure(why);
        }
        is_flush_due = true;  // also when nobody asks: the window may have aged
    }

    // ---- the table -----------------------------------------------------------------------------

    Waiting* current(std::int32_t id) {
        const auto found = table.find(id);
        return found.match == RequestTable::Match::current ? &waiting[found.slot] : nullptr;
    }

    [[nodiscard]] Slot slot_of(const Waiting& entry) const {
        return static_cast<Slot>(&entry - waiting.data());
    }

    /// Frees everything the request holds, then gives whom to tell.
    Requester& finish(Waiting& entry) {
        const Slot slot = slot_of(entry);
        wheel.remove(slot);
        leave_window(entry);
        Requester* const requester = std::exchange(entry.requester, nullptr);
        table.release(slot);
        if (!queue.empty()) schedule_flush();
        return *requester;
    }

    asio::io_context& loop;
    std::shared_ptr<Counts> counts;
    const Options options;
    std::size_t window;
    RateLimit rate;
    asio::steady_timer timer;
    std::optional<MonoTime> armed_for;
    RequestTable table;
    TimingWheel wheel;
    std::vector<Waiting> waiting;  ///< By slot.
    std::deque<Outgoing> queue;    ///< Behind the window.
    struct Young {
        std::int32_t id;
        MonoTime sent;
    };
    std::deque<Young> young;  ///< In the order they were sent.
    std::size_t in_window = 0;
    std::vector<std::string> spare;
    std::array<Socket, 2> sockets;  ///< IPv4, IPv6.
    std::unique_ptr<char[]> receive_memory;
    Message message;
    bool is_flush_due = false;
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

Result<Engine::Ticket> Engine::send(const Request& request, Requester& requester) {
    return impl_->take(request, requester);
}

void Engine::cancel(Ticket ticket) {
    if (Impl::Waiting* const entry = impl_->current(ticket))
        static_cast<void>(impl_->finish(*entry));
}

Counts& Engine::counts() {
    return *impl_->counts;
}

asio::io_context& Engine::loop() {
    return impl_->loop;
}

std::size_t Engine::pending() const {
    return impl_->table.in_use();
}

}  // namespace pantau::snmp
