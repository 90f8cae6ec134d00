#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace pantau {

enum class SelfMetricType : std::uint8_t { counter, gauge, histogram };

[[nodiscard]] std::string_view name_of(SelfMetricType type) noexcept;

/// An entry of the catalogue of everything pantaud tells about itself.
struct SelfMetric {
    static constexpr std::size_t labels_most = 5;

    std::string_view name;
    SelfMetricType type = SelfMetricType::gauge;
    std::array<std::string_view, labels_most> label_names{};  ///< Empty from the first unused on.
    std::string_view help;

    [[nodiscard]] std::span<const std::string_view> labels() const;
};

/// Every self metric of pantau, by name. docs/metrics.md is made from them, and SelfMetrics takes
/// nothing else:
///
///     metrics.add(self::polls, [stats] { return stats->polls(); });
///     metrics.add(self::poll_failures, {"timeout"}, [stats] { ... });   // one call per reason
///     metrics.add_histogram(self::poll_lateness, bounds, [stats] { ... });
///     metrics.add_build_info({.version = ..., ...});
///     metrics.add_process();
///     metrics.add_collector(kind.counters, counts);   // a collector brings its own names
///
/// A new one is a row here and its `add`. `SelfMetrics::missing()` names the rows nobody added.
namespace self {

// symbol, name, type, labels, help.
#define PANTAU_SELF_METRICS(X)                                                                     \
    X(build_info, "pantau_build_info", gauge,                                                      \
      ({"version", "revision", "compiler", "netsnmp", "curl"}),                                    \
      "Always 1. What was built, and the libraries it runs on.")                                   \
    X(config_last_reload_successful, "pantau_config_last_reload_successful", gauge, ({}),          \
      "Whether the latest reading of the configuration had no errors: 1 yes, 0 no; then the old "  \
      "one stays in force.")                                                                       \
    X(config_last_reload_success_timestamp, "pantau_config_last_reload_success_timestamp_seconds", \
      gauge, ({}), "Unix time since which the present configuration is in force.")                 \
    X(inventory_devices, "pantau_inventory_devices", gauge, ({}),                                  \
      "Devices of the inventory in force, whatever their role.")                                   \
    X(profiles, "pantau_profiles", gauge, ({}), "Profiles of devices that are in use.")            \
    X(profiles_refused, "pantau_profiles_refused", gauge, ({}),                                    \
      "Profiles, building blocks included, that are left out because of mistakes in their files.") \
    X(polls, "pantau_polls_total", counter, ({}), "Polls finished, whatever came of them.")        \
    X(poll_failures, "pantau_poll_failures_total", counter, ({"reason"}),                          \
      "Polls that got no answer at all, by the reason of the first collector that failed.")        \
    X(poll_lateness, "pantau_poll_lateness_seconds", histogram, ({}),                              \
      "Time from when a poll was due to its start.")                                               \
    X(poll_duration, "pantau_poll_duration_seconds", histogram, ({}),                              \
      "Time from the start of a poll to its end, waiting for the device included.")                \
    X(polls_in_flight, "pantau_polls_in_flight", gauge, ({}), "Polls under way.")                  \
    X(polls_shed, "pantau_polls_shed_total", counter, ({}),                                        \
      "Polls left out because this machine could not keep up.")                                    \
    X(observations_dropped, "pantau_observations_dropped_total", counter, ({}),                    \
      "Results of polls lost because the queue to the fleet was full.")                            \
    X(series_dropped, "pantau_series_dropped_total", counter, ({}),                                \
      "Series left out of scrapes: beyond the limit of one device, or of one scrape.")             \
    X(state_durable, "pantau_state_durable", gauge, ({}),                                          \
      "Whether what must outlive a restart is on the disk: 1 yes, 0 no, or not yet.")              \
    X(history_written, "pantau_history_records_written_total", counter, ({}),                      \
      "Records of the history written to its file: one per access point, day and write.")          \
    X(history_failures, "pantau_history_write_failures_total", counter, ({}),                      \
      "Times the file of the history could not be opened or written.")                             \
    X(history_lost, "pantau_history_records_lost_total", counter, ({}),                            \
      "Records of the history lost because too many waited to be written.")                        \
    X(history_waiting, "pantau_history_records_waiting", gauge, ({}),                              \
      "Records of the history that wait to be written.")                                           \
    X(history_bytes, "pantau_history_file_bytes", gauge, ({}),                                     \
      "Size of the file of the history, with its log.")                                            \
    X(history_last_write, "pantau_history_last_write_timestamp_seconds", gauge, ({}),              \
      "Unix time when the history was written last; 0 never since the start.")                     \
    X(snapshot_age, "pantau_snapshot_age_seconds", gauge, ({}),                                    \
      "Age of what this scrape shows of the fleet.")                                               \
    X(loop_lag, "pantau_loop_lag_seconds", gauge, ({"loop"}),                                      \
      "Longest time the event loop was late since the scrape before.")                             \
    X(web_connections, "pantau_web_connections_total", counter, ({}),                              \
      "Connections accepted on the web port.")                                                     \
    X(web_connections_open, "pantau_web_connections_open", gauge, ({}),                            \
      "Connections open on the web port.")                                                         \
    X(web_connections_evicted, "pantau_web_connections_evicted_total", counter, ({}),              \
      "Connections closed to make room for new ones.")                                             \
    X(web_connections_timed_out, "pantau_web_connections_timed_out_total", counter, ({}),          \
      "Connections closed because the client took too long.")                                      \
    X(web_accept_failures, "pantau_web_accept_failures_total", counter, ({}),                      \
      "Connections that could not be accepted for want of descriptors or memory.")                 \
    X(web_requests, "pantau_web_requests_total", counter, ({}),                                    \
      "Requests answered on the web port, whatever the status.")                                   \
    X(web_requests_refused, "pantau_web_requests_refused_total", counter, ({}),                    \
      "Requests answered with status 400 or above.")                                               \
    X(web_throttled, "pantau_web_connections_throttled_total", counter, ({}),                      \
      "Connections closed at once because their source opened too many.")                          \
    X(web_handshake_failures, "pantau_web_tls_handshake_failures_total", counter, ({}),            \
      "Connections on which TLS did not come about, a missing client certificate included.")       \
    X(web_logins_failed, "pantau_web_logins_failed_total", counter, ({}),                          \
      "Requests with a wrong user or password.")                                                   \
    X(web_logins_throttled, "pantau_web_logins_throttled_total", counter, ({}),                    \
      "Logins not looked at because their source sent too many wrong ones, or too many waited.")   \
    X(web_asks_who, "pantau_web_authentication_required", gauge, ({}),                             \
      "Whether the web port asks for a password or certificate: 1 yes, 0 no.")                     \
    X(web_config_good, "pantau_web_config_last_reload_successful", gauge, ({}),                    \
      "Whether the web config file and its certificates are in force as they are now: 1 or 0.")    \
    X(process_cpu, "process_cpu_seconds_total", counter, ({}), "User and system time spent.")      \
    X(process_resident_memory, "process_resident_memory_bytes", gauge, ({}), "Memory in use.")     \
    X(process_virtual_memory, "process_virtual_memory_bytes", gauge, ({}),                         \
      "Address space in use.")                                                                     \
    X(process_open_fds, "process_open_fds", gauge, ({}), "Open file descriptors.")                 \
    X(process_max_fds, "process_max_fds", gauge, ({}),                                             \
      "Most file descriptors the process may open.")                                               \
    X(process_start_time, "process_start_time_seconds", gauge, ({}),                               \
      "Unix time of the start of the process.")                                                    \
    X(process_threads, "process_threads", gauge, ({}), "Threads of the process.")

#define PANTAU_WITHOUT_BRACKETS(...) __VA_ARGS__
#define PANTAU_SELF_METRIC(symbol, name, type, labels, help) \
    inline constexpr SelfMetric symbol{                      \
        name, SelfMetricType::type, {PANTAU_WITHOUT_BRACKETS labels}, help};
PANTAU_SELF_METRICS(PANTAU_SELF_METRIC)
#undef PANTAU_SELF_METRIC
#undef PANTAU_WITHOUT_BRACKETS

}  // namespace self

/// All rows, in the order of the table.
[[nodiscard]] std::span<const SelfMetric* const> self_catalogue() noexcept;

}  // namespace pantau
