#include "tests/fakes/city/city.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <queue>
#include <thread>
#include <utility>

#include "base/assert.hpp"
#include "tests/fakes/city/agent.hpp"
#include "tests/fakes/city/malang.hpp"
#include "tests/fakes/city/population.hpp"
#include "tests/fakes/city/sockets.hpp"
#include "tests/fakes/city/story.hpp"
#include "tests/fakes/city/web.hpp"

namespace pantau::city {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::microseconds;

constexpr std::uint64_t salt_loss = 21;
constexpr std::uint64_t salt_latency = 22;

/// A reply on its way through a slow network.
struct Delayed {
    SteadyTime due;
    std::uint64_t order = 0;
    sockaddr_in peer{};
    in_addr from{};
    std::string reply;

    /// The earliest is on top of a priority queue, equal ones in their order.
    bool operator<(const Delayed& other) const {
        return due != other.due ? due > other.due : order > other.order;
    }
};

std::uint32_t per_million(double share) {
    return static_cast<std::uint32_t>(std::clamp(share, 0.0, 1.0) * 1e6);
}

std::uint32_t whole_microseconds(microseconds time) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(time.count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

std::int64_t start_centiseconds(const CityOptions& options) {
    if (options.start_time) return *options.start_time * 100;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() / 10;
}

}  // namespace

struct City::Parts {
    CityOptions options;
    Layout layout;
    std::int64_t start_centiseconds;
    SteadyTime start_time = std::chrono::steady_clock::now();
    Population devices;

    Descriptor udp;
    Descriptor listener;
    Descriptor wake;
    Descriptor epoll;
    std::atomic<bool> is_stopping = false;
    std::thread thread;

    std::atomic<std::uint32_t> loss;
    std::atomic<std::uint32_t> latency_min;
    std::atomic<std::uint32_t> latency_max;

    struct {
        std::atomic<std::uint64_t> requests, replies, varbinds, lost, silent, malformed, octets_max;
    } counts;

    // The loop's own.
    Agent agent;
    std::unique_ptr<Inbox> inbox = std::make_unique<Inbox>();
    std::unique_ptr<Outbox> outbox = std::make_unique<Outbox>();
    std::priority_queue<Delayed> delayed;
    std::uint64_t order = 0;
    std::size_t story_done = 0;

    explicit Parts(CityOptions chosen)
        : options(std::move(chosen)),
          layout(plan(options)),
          start_centiseconds(city::start_centiseconds(options)),
          devices(layout, options, start_centiseconds),
          loss(per_million(options.loss)),
          latency_min(whole_microseconds(options.latency_min)),
          latency_max(whole_microseconds(options.latency_max)),
          agent(options.community) {
        std::ranges::stable_sort(options.story, {}, &StoryStep::at);
    }

    [[nodiscard]] CityTime time_at(SteadyTime now) const noexcept {
        const auto since =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - start_time).count() / 10;
        return CityTime::at(start_centiseconds + since);
    }

    [[nodiscard]] const Site& site(std::size_t device) const {
        const std::size_t access_points = layout.access_points.size();
        return device < access_points ? layout.access_points[device]
                                      : layout.switches[device - access_points];
    }

    /// The device of this shard at an address, or nothing.
    [[nodiscard]] Device* device_for(std::uint32_t address) {
        const std::size_t index =
            device_at(address, layout.access_points.size(), layout.switches.size());
        if (index == none || site(index).shard != options.shard_index) return nullptr;
        return &devices[index];
    }

    Result<void> open();
    void serve(Web& web, SteadyTime& web_due);
    [[nodiscard]] int patience(SteadyTime now, SteadyTime web_due) const;
    void receive_all(SteadyTime now);
    void answer(std::size_t i, const CityTime& time, SteadyTime now);
    void send(Device& device, std::uint64_t number, std::size_t i, in_addr from,
              const Agent::Outcome& outcome, SteadyTime now);
    void send_due(SteadyTime now);
    void tell_story(City& city, SteadyTime now);
    template <class Use>
    void for_each_in(std::size_t kelurahan, Use use);
};

Result<void> City::Parts::open() {
    const auto port = [this](std::uint16_t first) {
        return static_cast<std::uint16_t>(first == 0 ? 0 : first + options.shard_index);
    };
    auto opened = open_udp(port(options.snmp_port));
    if (!opened) return tl::unexpected(opened.error());
    udp = std::move(*opened);
    opened = open_listener(port(options.http_port));
    if (!opened) return tl::unexpected(opened.error());
    listener = std::move(*opened);
    wake = Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    epoll = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
    if (wake.get() < 0 || epoll.get() < 0) return no_descriptor();
    for (const int descriptor : {udp.get(), listener.get(), wake.get()}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event);
    }
    if (options.shard_count == 1) {
        for (auto* sites : {&layout.access_points, &layout.switches}) {
            for (Site& each : *sites) {
                each.snmp_port = port_of(udp.get());
                each.http_port = port_of(listener.get());
            }
        }
    }
    return {};
}

void City::Parts::serve(Web& web, SteadyTime& web_due) {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()),
                                   patience(std::chrono::steady_clock::now(), web_due));
    const SteadyTime now = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
        const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
        if (descriptor == udp.get()) {
            receive_all(now);
        } else if (descriptor == listener.get()) {
            web.accept_all(time_at(now), now);
        } else if (descriptor != wake.get()) {
            web.on_event(descriptor, time_at(now), now);
        }
    }
    send_due(std::chrono::steady_clock::now());
    if (now >= web_due) {
        web.tick(now);
        web_due = now + std::chrono::milliseconds(50);
    }
}

int City::Parts::patience(SteadyTime now, SteadyTime web_due) const {
    SteadyTime due = now + std::chrono::seconds(1);
    due = std::min(due, web_due);
    if (!delayed.empty()) due = std::min(due, delayed.top().due);
    if (story_done < options.story.size())
        due = std::min(due, start_time + options.story[story_done].at);
    if (due <= now) return 0;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(due - now).count());
}

void City::Parts::receive_all(SteadyTime now) {
    const CityTime time = time_at(now);
    // A few rounds at most, so that pages and delayed replies get their turn in a flood.
    for (int round = 0; round < 16; ++round) {
        const std::size_t count = inbox->receive(udp.get());
        for (std::size_t i = 0; i < count; ++i)
            answer(i, time, now);
        outbox->flush(udp.get());
        if (count < batch_max) return;
    }
}

void City::Parts::answer(std::size_t i, const CityTime& time, SteadyTime now) {
    const in_addr to = inbox->destination(i);
    Device* device = device_for(ntohl(to.s_addr));
    if (device == nullptr) return;
    counts.requests.fetch_add(1, std::memory_order_relaxed);
    const std::uint64_t number = device->requests.fetch_add(1, std::memory_order_relaxed);
    if (!is_reachable(*device, time)) {
        counts.silent.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const std::uint32_t odds = loss.load(std::memory_order_relaxed) +
                               device->loss_per_million.load(std::memory_order_relaxed);
    if (odds > 0 && mix(device->seed ^ salt_loss, number) % 1'000'000 < odds) {
        counts.lost.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    if (inbox->is_cut(i)) {
        counts.malformed.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const Agent::Outcome outcome = agent.answer(*device, time, inbox->datagram(i), number);
    if (outcome.is_malformed) counts.malformed.fetch_add(1, std::memory_order_relaxed);
    if (outcome.reply.empty()) {
        counts.silent.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    counts.varbinds.fetch_add(outcome.varbinds, std::memory_order_relaxed);
    send(*device, number, i, to, outcome, now);
}

void City::Parts::send(Device& device, std::uint64_t number, std::size_t i, in_addr from,
                       const Agent::Outcome& outcome, SteadyTime now) {
    const std::uint32_t shortest = latency_min.load(std::memory_order_relaxed);
    const std::uint32_t longest = latency_max.load(std::memory_order_relaxed);
    std::uint64_t wait = shortest + device.latency_microseconds.load(std::memory_order_relaxed);
    if (longest > shortest)
        wait += mix(device.seed ^ salt_latency, number) % (longest - shortest + 1);
    const int copies = device.has(Condition::twice) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        counts.replies.fetch_add(1, std::memory_order_relaxed);
        if (wait == 0) {
            outbox->add(udp.get(), inbox->peers[i], from, outcome.reply);
        } else {
            delayed.push({now + microseconds(wait), order++, inbox->peers[i], from,
                          std::string(outcome.reply)});
        }
    }
    if (outcome.reply.size() > counts.octets_max.load(std::memory_order_relaxed))
        counts.octets_max.store(outcome.reply.size(), std::memory_order_relaxed);
}

void City::Parts::send_due(SteadyTime now) {
    while (!delayed.empty() && delayed.top().due <= now) {
        const Delayed& next = delayed.top();
        outbox->add(udp.get(), next.peer, next.from, next.reply);
        delayed.pop();
    }
    outbox->flush(udp.get());
}

void City::Parts::tell_story(City& city, SteadyTime now) {
    while (story_done < options.story.size() && now >= start_time + options.story[story_done].at) {
        // `open` has tried every command: what could fail has failed there.
        (void)city.command(options.story[story_done].command);
        ++story_done;
    }
}

template <class Use>
void City::Parts::for_each_in(std::size_t kelurahan, Use use) {
    for (std::size_t i = 0; i < devices.size(); ++i)
        if (site(i).kelurahan == kelurahan) use(i);
}

City::City(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

City::~City() {
    stop();
}

namespace {

std::optional<std::size_t> kelurahan_named(std::string_view slug) {
    const auto city = malang();
    for (std::size_t k = 0; k < city.size(); ++k)
        if (slug_of(city[k].name) == slug) return k;
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<City>> City::open(CityOptions options) {
    if (const auto good = options.check(); !good) return tl::unexpected(good.error());
    auto parts = std::make_unique<Parts>(std::move(options));
    if (const auto opened = parts->open(); !opened) return tl::unexpected(opened.error());
    std::unique_ptr<City> city(new City(std::move(parts)));
    for (const StoryStep& step : city->options().story) {
        const auto command = parse_command(step.command);
        if (!command) return fail(command.error().reason, "story: " + command.error().detail);
        const bool is_place = command->verb == Command::Verb::loss ||
                              kelurahan_named(command->target) ||
                              city->device_named(command->target);
        if (!is_place)
            return fail(Reason::malformed,
                        "story: no device and no kelurahan of this city is "
                        "called '" +
                            command->target + "'");
    }
    return city;
}

void City::run() {
    Web web(parts_->epoll.get(), parts_->listener.get(),
            [this](std::uint32_t address) { return parts_->device_for(address); });
    SteadyTime web_due = std::chrono::steady_clock::now();
    while (!parts_->is_stopping.load()) {
        parts_->tell_story(*this, std::chrono::steady_clock::now());
        parts_->serve(web, web_due);
    }
}

void City::start() {
    PANTAU_ASSERT(!parts_->thread.joinable());
    std::uint64_t drained = 0;
    [[maybe_unused]] const ssize_t got = ::read(parts_->wake.get(), &drained, sizeof drained);
    parts_->is_stopping.store(false);
    parts_->thread = std::thread([this] { run(); });
}

void City::request_stop() noexcept {
    parts_->is_stopping.store(true);
    const std::uint64_t one = 1;
    // The counter is full only when it is awake anyway.
    [[maybe_unused]] const ssize_t written = ::write(parts_->wake.get(), &one, sizeof one);
}

void City::stop() {
    request_stop();
    if (parts_->thread.joinable()) parts_->thread.join();
}

const CityOptions& City::options() const noexcept {
    return parts_->options;
}
const Layout& City::layout() const noexcept {
    return parts_->layout;
}
std::uint16_t City::snmp_port() const noexcept {
    return port_of(parts_->udp.get());
}
std::uint16_t City::http_port() const noexcept {
    return port_of(parts_->listener.get());
}
std::size_t City::device_count() const noexcept {
    return parts_->devices.size();
}

std::string City::address_of(std::size_t device) const {
    return dotted(parts_->site(device).address);
}

const std::string& City::name_of(std::size_t device) const {
    return parts_->site(device).name;
}

std::optional<std::size_t> City::device_named(std::string_view name) const {
    for (std::size_t i = 0; i < device_count(); ++i)
        if (name_of(i) == name) return i;
    return std::nullopt;
}

void City::set(std::size_t device, Condition condition, bool is_so) noexcept {
    const auto bit = static_cast<std::uint32_t>(condition);
    if (is_so) {
        parts_->devices[device].conditions.fetch_or(bit);
    } else {
        parts_->devices[device].conditions.fetch_and(~bit);
    }
}

void City::reboot(std::size_t device, std::chrono::milliseconds silent_for) noexcept {
    parts_->devices[device].boot.store(now().centiseconds + silent_for.count() / 10);
}

void City::set_power(std::size_t kelurahan, bool is_on) noexcept {
    parts_->for_each_in(kelurahan, [&](std::size_t device) {
        if (is_on) reboot(device);
        set(device, Condition::outage, !is_on);
    });
}

void City::set_loss(double share) noexcept {
    parts_->loss.store(per_million(share));
}

void City::set_loss(std::size_t device, double share) noexcept {
    parts_->devices[device].loss_per_million.store(per_million(share));
}

void City::set_latency(microseconds shortest, microseconds longest) noexcept {
    parts_->latency_min.store(whole_microseconds(shortest));
    parts_->latency_max.store(whole_microseconds(longest));
}

void City::set_latency(std::size_t device, microseconds more) noexcept {
    parts_->devices[device].latency_microseconds.store(whole_microseconds(more));
}

void City::set_text(std::size_t device, TextOf which, std::string text) {
    parts_->devices.set_text(device, which, std::move(text));
}

Result<void> City::command(std::string_view text) {
    using Verb = Command::Verb;
    const auto command = parse_command(text);
    if (!command) return tl::unexpected(command.error());
    if (command->verb == Verb::loss) {
        set_loss(command->number);
        return {};
    }
    const auto apply = [&](std::size_t device) {
        switch (command->verb) {
            case Verb::kill:
                return kill(device);
            case Verb::revive:
                return revive(device);
            case Verb::outage:
                return set(device, Condition::outage, true);
            case Verb::restore:
                reboot(device);
                return set(device, Condition::outage, false);
            case Verb::reboot:
                return reboot(device, command->duration);
            case Verb::latency:
                return set_latency(device, command->duration);
            case Verb::loss:
                return;
        }
    };
    if (const auto device = device_named(command->target)) {
        apply(*device);
    } else if (const auto kelurahan = kelurahan_named(command->target)) {
        parts_->for_each_in(*kelurahan, apply);
    } else {
        return fail(Reason::malformed,
                    "no device and no kelurahan of this city is called '" + command->target + "'");
    }
    return {};
}

City::Counts City::counts() const noexcept {
    const auto& counts = parts_->counts;
    return {.requests = counts.requests.load(),
            .replies = counts.replies.load(),
            .varbinds = counts.varbinds.load(),
            .lost = counts.lost.load(),
            .silent = counts.silent.load(),
            .malformed = counts.malformed.load(),
            .reply_octets_max = counts.octets_max.load()};
}

std::uint64_t City::requests_of(std::size_t device) const {
    return parts_->devices[device].requests.load();
}

std::uint64_t City::http_requests_of(std::size_t device) const {
    return parts_->devices[device].http_requests.load();
}

const Device& City::device(std::size_t index) const {
    return parts_->devices[index];
}

CityTime City::now() const noexcept {
    return parts_->time_at(std::chrono::steady_clock::now());
}

}  // namespace pantau::city
