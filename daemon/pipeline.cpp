#include "pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/version.hpp"
#include "collectors/registry.hpp"
#include "control/client.hpp"
#include "control/read_routes.hpp"
#include "exporters/web/routes.hpp"
#include "exporters/web/server.hpp"
#include "fleet_stage.hpp"
#include "history_stage.hpp"
#include "profile_interpreter.hpp"
#include "reload.hpp"
#include "runtime/loop_thread.hpp"
#include "schedule/schedule.hpp"
#include "scrapes.hpp"
#include "self_figures.hpp"
#include "web_access.hpp"
#include "worker.hpp"

namespace pantau {
namespace {

/// Four calls of stat each time.
constexpr Duration access_look_interval = std::chrono::seconds(1);

using Devices = std::vector<std::shared_ptr<const Device>>;

unsigned worker_count(const config::Settings& settings) {
    return settings.workers != 0 ? settings.workers
                                 : std::max(1U, std::thread::hardware_concurrency());
}

/// How many devices are in which health.
std::array<std::size_t, 6> count_health(const Snapshot& snapshot) {
    std::array<std::size_t, 6> counts{};
    for (const auto& state : snapshot.devices)
        ++counts[static_cast<std::size_t>(state->health.state)];
    return counts;
}

std::size_t count_of(const std::array<std::size_t, 6>& counts, HealthState state) {
    return counts[static_cast<std::size_t>(state)];
}

std::optional<Duration> age_of_newest(const Snapshot& snapshot, MonoTime now) {
    std::optional<MonoTime> newest;
    for (const auto& state : snapshot.devices) {
        if (state->latest != nullptr && (!newest || state->latest->mono > *newest))
            newest = state->latest->mono;
    }
    if (!newest) return std::nullopt;
    return now - *newest;
}

}  // namespace

struct Pipeline::Parts {
    Parts(Loaded from, StateDirectory held, PipelineOptions given, const Clock& time);

    Result<void> open();
    void start();
    void stop();
    void watch_access();

    void reload(const std::function<void(const control::ReloadResult&)>& done);
    control::ReloadResult apply(Loaded next);
    void distribute(const InventoryChange& change);

    web::StandardSources standard_sources();
    std::vector<HttpRoute> web_routes();
    control::Readable readable();
    control::Api control_api();
    web::LandingFacts landing() const;
    web::Readiness readiness() const;
    control::StatusExtras extras() const;
    web::WebCounters web_counters() const;
    std::vector<LoopThread*> loops();

    const Clock& clock;
    const WallTime started;
    const PipelineOptions options;
    const StateDirectory state_directory;

    Loaded loaded;  // the files thread's, once that runs
    ReloadState reload_state;
    CollectorTotals totals = make_collector_totals();
    const exposition::FleetWriter writer{collector_infos()};
    SelfMetrics self{[this](std::string_view name) { return writer.has_family(name); }};

    // In the order of the flow; destroyed against it.
    FleetStage fleet;
    HistoryStage history;
    std::vector<std::unique_ptr<Worker>> workers;
    LoopThread web{"web"};
    LoopThread render{"render"};
    LoopThread documents{"documents"};
    LoopThread files{"files"};
    Scrapes scrapes{writer, self, [this] { return fleet.newest(); }, clock};
    const std::shared_ptr<web::LoopGate> web_gate = std::make_shared<web::LoopGate>(web.loop());
    std::unique_ptr<WebAccess> access;
    boost::asio::steady_timer access_timer{files.loop()};
    std::vector<std::unique_ptr<web::WebServer>> servers;  // web port
    std::unique_ptr<web::WebServer> control;
};

// ---- building, from left to right --------------------------------------------------------------

Pipeline::Parts::Parts(Loaded from, StateDirectory held, PipelineOptions given, const Clock& time)
    : clock(time),
      started(time.wall()),
      options(std::move(given)),
      state_directory(std::move(held)),
      loaded(std::move(from)),
      fleet(loaded.configuration.inventory, time),
      history(loaded.configuration.settings, state_directory.path(), time) {
    reload_state.in_force = started;
    reload_state.count(*loaded.profiles);

    // inventory -> schedule -> collectors -> normalise: the devices of one worker each
    const auto interpreter = std::make_shared<const ProfileInterpreter>(loaded.profiles);
    const unsigned count = worker_count(loaded.configuration.settings);
    for (unsigned i = 0; i < count; ++i) {
        // normalise -> state: Observations, through the fleet's queue
        auto sink = [this](std::shared_ptr<const Observation> seen) {
            fleet.push(std::move(seen));
        };
        workers.push_back(std::make_unique<Worker>(fmt::format("worker-{}", i), totals, interpreter,
                                                   std::move(sink), count, clock));
    }
    InventoryChange all;
    all.added = loaded.configuration.inventory->devices;
    distribute(all);

    // state -> history: the same Snapshots, to what became of each access point on each day
    fleet.set_follower([this](const auto& snapshot) { return history.follow(snapshot); });

    // state -> exporters: Snapshots, published whole; and what the stages count about themselves
    add_self_figures(self, {.fleet = fleet,
                            .history = history.figures(),
                            .workers = workers,
                            .totals = totals,
                            .reload = reload_state,
                            .writer = writer,
                            .loops = loops(),
                            .web = [this] { return web_counters(); },
                            .access = [this]() -> const WebAccess& { return *access; },
                            .clock = clock});
}

/// A device stays with the Worker that the hash of its id chooses, over reloads and restarts.
void Pipeline::Parts::distribute(const InventoryChange& change) {
    std::vector<Devices> there(workers.size());
    std::vector<std::vector<DeviceId>> gone(workers.size());
    for (const auto* devices : {&change.added, &change.changed}) {
        for (const auto& device : *devices)
            there[stable_hash(device->id) % workers.size()].push_back(device);
    }
    for (const auto& device : change.removed)
        gone[stable_hash(device->id) % workers.size()].push_back(device->id);
    for (std::size_t i = 0; i < workers.size(); ++i) {
        if (!there[i].empty() || !gone[i].empty())
            workers[i]->apply(std::move(there[i]), std::move(gone[i]));
    }
}

std::vector<LoopThread*> Pipeline::Parts::loops() {
    std::vector<LoopThread*> all;
    for (const auto& worker : workers)
        all.push_back(&worker->thread());
    for (LoopThread* loop : {&fleet.thread(), &render, &documents, &web, &files})
        all.push_back(loop);
    return all;
}

Result<void> Pipeline::Parts::open() {
    const config::Settings& settings = loaded.configuration.settings;
    auto opened = WebAccess::open(settings.web.access, web_gate);
    if (!opened) return tl::unexpected(opened.error());
    access = std::move(*opened);
    for (const std::string& address :
         options.web.listen.empty() ? settings.web.listen : options.web.listen) {
        web::ListenOptions listen;
        listen.address = address;
        listen.door = access->door();
        listen.insecure = settings.web.insecure;
        auto server = web::WebServer::listen(web.loop(), listen, web_routes());
        if (!server) return tl::unexpected(server.error());
        if ((*server)->is_exposed() && !settings.web.insecure) access->must_ask();
        servers.push_back(std::move(*server));
    }
    std::string path =
        !options.control_socket.empty() ? options.control_socket : settings.control_socket;
    if (path.empty()) path = control::default_control_socket();
    auto server = web::WebServer::listen(web.loop(), web::control_options(path),
                                         control::control_routes(control_api()));
    if (!server) return tl::unexpected(server.error());
    control = std::move(*server);
    return {};
}

void Pipeline::Parts::start() {
    history.start();
    fleet.start();
    for (const auto& worker : workers)
        worker->start();
    for (LoopThread* loop : {&render, &documents, &web, &files})
        loop->start();
    files.post([this] { watch_access(); });
}

/// Certificates are renewed while nobody looks: their files are looked at on the files thread.
void Pipeline::Parts::watch_access() {
    access->look();
    access_timer.expires_after(access_look_interval);
    access_timer.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) watch_access();
    });
}

/// With the flow: first who asks for changes, then who polls, then who reads.
void Pipeline::Parts::stop() {
    files.stop();
    for (const auto& worker : workers)
        worker->stop();
    fleet.stop();
    history.stop();
    for (const auto& server : servers)
        server->stop();
    if (control) control->stop();
    const MonoTime patience = clock.mono() + web::ListenOptions{}.stop_time;
    while (web_counters().open != 0 && clock.mono() < patience)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    render.stop();
    documents.stop();
    web.stop();
    web_gate->close();
}

// ---- what readers are told ---------------------------------------------------------------------

web::StandardSources Pipeline::Parts::standard_sources() {
    web::StandardSources sources;
    sources.metrics = [this](web::MetricsRequest request, Scrapes::Reply reply) {
        // web -> render: one task per scrape; at most as many as the server has connections
        render.post([this, request = std::move(request), reply = std::move(reply)] {
            scrapes.answer(request, reply);
        });
    };
    sources.area_labels = [this] {
        return exposition::area_labels(fleet.newest()->inventory->hierarchy);
    };
    sources.readiness = [this] { return readiness(); };
    sources.landing = [this] { return landing(); };
    if (loaded.configuration.settings.web.enable_lifecycle) {
        sources.reload = [this](std::function<void(web::ReloadOutcome)> done) {
            files.post([this, done = std::move(done)] {
                reload([&done](const control::ReloadResult& result) {
                    std::string words = result.ok ? "The new configuration is in force." : "";
                    for (const std::string& error : result.errors)
                        words += error;
                    done({result.ok, std::move(words)});
                });
            });
        };
    }
    return sources;
}

std::vector<HttpRoute> Pipeline::Parts::web_routes() {
    std::vector<HttpRoute> routes = web::standard_routes(standard_sources());
    for (HttpRoute& route : control::read_routes(readable()))
        routes.push_back(std::move(route));
    return routes;
}

control::Readable Pipeline::Parts::readable() {
    control::Readable from;
    from.snapshot = [this] { return fleet.newest(); };
    from.extras = [this] { return extras(); };
    // web -> documents: one task per request; apart from scrapes, so that those wait for nobody
    from.elsewhere = [this](std::function<void()> work) { documents.post(std::move(work)); };
    return from;
}

control::Api Pipeline::Parts::control_api() {
    control::Api api{readable(), {}};
    api.reload = [this](std::function<void(control::ReloadResult)> done) {
        files.post([this, done = std::move(done)] { reload(done); });
    };
    return api;
}

web::Readiness Pipeline::Parts::readiness() const {
    const auto snapshot = fleet.newest();
    return {.is_ready = snapshot->first_cycle_done,
            .visited = fleet.visited(),
            .devices = snapshot->devices.size()};
}

web::LandingFacts Pipeline::Parts::landing() const {
    const auto snapshot = fleet.newest();
    const auto counts = count_health(*snapshot);
    web::LandingFacts facts;
    facts.version = version();
    facts.devices = snapshot->devices.size();
    facts.up = count_of(counts, HealthState::up);
    facts.degraded = count_of(counts, HealthState::degraded);
    facts.down = count_of(counts, HealthState::down);
    facts.unknown = count_of(counts, HealthState::unknown);
    facts.maintenance = count_of(counts, HealthState::maintenance);
    facts.unreachable = count_of(counts, HealthState::unreachable);
    facts.data_age = age_of_newest(*snapshot, clock.mono());
    facts.ready = snapshot->first_cycle_done;
    return facts;
}

control::StatusExtras Pipeline::Parts::extras() const {
    control::StatusExtras extras;
    extras.version = version();
    extras.started = started;
    if (reload_state.was_asked.load()) {
        extras.last_reload_ok = reload_state.was_ok.load();
        extras.last_reload = reload_state.asked.load();
    }
    for (const auto& worker : workers)
        extras.polls.add(worker->stats());
    return extras;
}

web::WebCounters Pipeline::Parts::web_counters() const {
    web::WebCounters sum;
    for (const auto& server : servers)
        sum += server->counters();
    return sum;
}

// ---- reload, on the files thread ---------------------------------------------------------------

void Pipeline::Parts::reload(const std::function<void(const control::ReloadResult&)>& done) {
    if (options.on_reload) options.on_reload();
    access->look();
    config::Diagnostics diagnostics;
    auto next = load_all(loaded.configuration.settings.path, diagnostics, options.web);
    log_diagnostics(diagnostics);
    control::ReloadResult result;
    // What a start may do without, a reload does not take: the profiles in force are better.
    if (next && !diagnostics.has_errors()) {
        result = apply(std::move(*next));
        log(msg::reload_done, {{"added", static_cast<std::uint64_t>(result.added)},
                               {"changed", static_cast<std::uint64_t>(result.changed)},
                               {"removed", static_cast<std::uint64_t>(result.removed)},
                               {"unchanged", static_cast<std::uint64_t>(result.unchanged)}});
    } else {
        result.errors = printed_errors(diagnostics);
        log(msg::reload_refused, {{"errors", static_cast<std::uint64_t>(diagnostics.errors())}});
    }
    reload_state.was_ok = result.ok;
    reload_state.asked = clock.wall();
    reload_state.was_asked = true;
    if (result.ok) reload_state.in_force = clock.wall();
    if (options.on_reloaded) options.on_reloaded();
    done(result);
}

control::ReloadResult Pipeline::Parts::apply(Loaded next) {
    Configuration& before = loaded.configuration;
    Configuration& after = next.configuration;
    for (const std::string& setting : needing_restart(before.settings, after.settings))
        log(msg::restart_needed, {{"setting", setting}});
    after.inventory->version = before.inventory->version + 1;
    const InventoryChange change = compare(*before.inventory, *after.inventory);

    fleet.set_inventory(after.inventory);
    history.set(after.settings);
    if (next.profiles->fingerprint() != loaded.profiles->fingerprint()) {
        const auto interpreter = std::make_shared<const ProfileInterpreter>(next.profiles);
        for (const auto& worker : workers)
            worker->set_interpreter(interpreter);
    }
    distribute(change);
    for (const auto& worker : workers)
        worker->settle();
    loaded = std::move(next);
    reload_state.count(*loaded.profiles);

    control::ReloadResult result;
    result.ok = true;
    result.added = change.added.size();
    result.changed = change.changed.size();
    result.removed = change.removed.size();
    result.unchanged =
        loaded.configuration.inventory->devices.size() - result.added - result.changed;
    return result;
}

// ---- the outside -------------------------------------------------------------------------------

Result<std::unique_ptr<Pipeline>> Pipeline::start(Loaded loaded, StateDirectory state,
                                                  PipelineOptions options, const Clock& clock) {
    auto parts =
        std::make_unique<Parts>(std::move(loaded), std::move(state), std::move(options), clock);
    if (auto opened = parts->open(); !opened) return tl::unexpected(opened.error());
    parts->start();
    return std::unique_ptr<Pipeline>(new Pipeline(std::move(parts)));
}

Pipeline::Pipeline(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Pipeline::~Pipeline() {
    parts_->stop();
}

void Pipeline::reload(std::function<void(const control::ReloadResult&)> done) {
    parts_->files.post([parts = parts_.get(), done = std::move(done)] { parts->reload(done); });
}

std::string Pipeline::summary() const {
    const auto snapshot = parts_->fleet.newest();
    const auto counts = count_health(*snapshot);
    return fmt::format("{} devices: {} up, {} degraded, {} down, {} unknown",
                       snapshot->devices.size(), count_of(counts, HealthState::up),
                       count_of(counts, HealthState::degraded), count_of(counts, HealthState::down),
                       count_of(counts, HealthState::unknown));
}

bool Pipeline::is_ready() const {
    return parts_->fleet.newest()->first_cycle_done;
}

Pipeline::Stillness Pipeline::longest_stillness() const {
    Stillness longest;
    for (const LoopThread* loop : parts_->loops()) {
        if (loop == &parts_->files) continue;
        const Duration since = loop->since_beat();
        if (since > longest.since) longest = {loop->name(), since};
    }
    return longest;
}

}  // namespace pantau
