// pantaud: read the files, build the pipeline, run until told to stop, stop in order.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/version.hpp"
#include "load_all.hpp"
#include "options.hpp"
#include "pipeline.hpp"
#include "reload.hpp"
#include "runtime/notify_systemd.hpp"
#include "state_directory.hpp"

namespace pantau {
namespace {

using namespace std::chrono_literals;

constexpr int failed = 1;
constexpr int wrong_usage = 2;
/// How often the main thread looks after the others when nobody sends a signal.
constexpr Duration look_interval = 500ms;
constexpr Duration status_interval = 5s;
/// SIGTERM promises an end within 10 s, whatever hangs.
constexpr unsigned stop_seconds_most = 9;

int complain(const std::string& words) {
    std::cerr << "pantaud: " << words << '\n';
    return failed;
}

bool is_colored() {
    return ::isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

/// One descriptor per HTTP check and reader: the usual soft limit of 1,024 is too small for a city.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Large blocks go back to the system when they are free. By itself the allocator learns from each
/// such block to keep the next one: after a scrape of 5,000 access points 18 MB stayed until the
/// end of the process. And what one thread makes another one frees: with an arena for each thread,
/// the holes of one are no room for the next.
void keep_memory_small() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

/// The signals that are waited for; no thread gets them otherwise.
sigset_t take_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t ours;
    sigemptyset(&ours);
    for (const int number : {SIGHUP, SIGTERM, SIGINT})
        sigaddset(&ours, number);
    pthread_sigmask(SIG_BLOCK, &ours, nullptr);
    return ours;
}

/// From here on a second SIGTERM or SIGINT ends the process at once, and so does time.
void limit_the_stop(const sigset_t& ours) {
    ::alarm(stop_seconds_most);
    pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
    std::signal(SIGHUP, SIG_IGN);
}

/// Feeds the watchdog as long as every loop makes progress.
class Watch {
public:
    Watch(const Pipeline& pipeline, const ServiceManager& service)
        : pipeline_(pipeline), service_(service) {
        if (const auto interval = service.watchdog_interval()) limit_ = *interval / 2;
    }

    void look(MonoTime now) {
        const auto still = pipeline_.longest_stillness();
        const bool is_held = still.since > limit_;
        if (is_held && !was_held_) log(msg::watchdog_held, {{"loop", still.loop}});
        was_held_ = is_held;
        if (!is_held) service_.watchdog();
        if (now - told_ < status_interval) return;
        told_ = now;
        service_.status(pipeline_.summary());
    }

private:
    const Pipeline& pipeline_;
    const ServiceManager& service_;
    Duration limit_ = 15s;
    MonoTime told_{};
    bool was_held_ = false;
};

void run(Pipeline& pipeline, const ServiceManager& service, const sigset_t& signals) {
    Watch watch(pipeline, service);
    const auto nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(look_interval).count();
    const timespec pause{.tv_sec = 0, .tv_nsec = nanoseconds};
    for (;;) {
        watch.look(system_clock().mono());
        const int number = ::sigtimedwait(&signals, nullptr, &pause);
        if (number == SIGTERM || number == SIGINT) return;
        if (number == SIGHUP) pipeline.reload([](const control::ReloadResult&) {});
    }
}

int serve(const DaemonOptions& options, Loaded loaded) {
    const auto service = ServiceManager::from_environment();
    const sigset_t signals = take_signals();
    raise_descriptor_limit();
    const std::string& wanted = options.state_dir;
    auto state =
        StateDirectory::open(wanted.empty() ? loaded.configuration.settings.state_dir : wanted);
    if (!state) return complain(state.error().detail);
    log(msg::daemon_starting, {{"version", version()}, {"config", options.config}});
    auto pipeline = Pipeline::start(std::move(loaded), std::move(*state),
                                    {.web = options.web,
                                     .control_socket = options.control_socket,
                                     .on_reload = [&] { service.reloading(); },
                                     .on_reloaded = [&] { service.ready(); }},
                                    system_clock());
    if (!pipeline) return complain(pipeline.error().detail);
    log(msg::daemon_ready, {{"fleet", (*pipeline)->summary()}});
    service.ready();

    run(**pipeline, service, signals);

    service.stopping();
    log(msg::daemon_stopping);
    limit_the_stop(signals);
    pipeline->reset();
    log(msg::daemon_stopped);
    return 0;
}

/// Everything that is wrong, or how much is there.
int check(const DaemonOptions& options) {
    const std::string& path = options.config;
    config::Diagnostics diagnostics;
    const auto loaded = load_all(path, diagnostics, options.web);
    diagnostics.print(std::cerr, is_colored());
    if (!loaded) return failed;
    if (diagnostics.has_errors()) {
        const auto& profiles = *loaded->profiles;
        std::cout << fmt::format(
            "{} has profiles with mistakes: pantaud would start with {} devices and {} profiles, "
            "without these: {}\n",
            path, loaded->configuration.inventory->devices.size(), profiles.names().size(),
            fmt::join(names_of(profiles.refused()), ", "));
        return failed;
    }
    std::cout << fmt::format("{} is good: {} devices, {} profiles\n", path,
                             loaded->configuration.inventory->devices.size(),
                             loaded->profiles->names().size());
    return 0;
}

int start(const DaemonOptions& options) {
    set_log(options.log_level, options.log_format);
    config::Diagnostics diagnostics;
    auto loaded = load_all(options.config, diagnostics, options.web);
    if (!loaded) {
        diagnostics.print(std::cerr, is_colored());
        return complain("not started: " + options.config + " cannot be used");
    }
    log_refused_profiles(*loaded->profiles, diagnostics);
    return serve(options, std::move(*loaded));
}

int main(const std::vector<std::string>& arguments) {
    keep_memory_small();
    const auto options = parse_options(arguments);
    if (!options) {
        complain(options.error().detail + "; 'pantaud --help' lists them");
        return wrong_usage;
    }
    switch (options->action) {
        case DaemonOptions::Action::version:
            std::cout << fmt::format("pantaud {} ({}, {})\n", version(), revision(), compiler());
            return 0;
        case DaemonOptions::Action::help:
            std::cout << options_help();
            return 0;
        case DaemonOptions::Action::check:
            return check(*options);
        case DaemonOptions::Action::run:
            break;
    }
    return start(*options);
}

}  // namespace
}  // namespace pantau

int main(int count, char** arguments) {
    return pantau::main({arguments + 1, arguments + count});
}
