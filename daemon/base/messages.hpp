#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pantau {

enum class LogLevel : std::uint8_t { debug, info, warn, error };

/// An entry of the catalogue of everything the daemon says in its log.
struct Message {
    std::string_view id;  ///< Stable name, for search and docs/messages.md.
    LogLevel level;
    std::string_view text;  ///< What happened, one plain sentence.
    std::string_view todo;  ///< What a person should do; empty when nothing.
};

/// Every message of pantau, by name. docs/messages.md is made from `all`.
namespace msg {

#define PANTAU_MESSAGES(X)                                                                         \
    X(daemon_starting, info, "pantaud starts", "")                                                 \
    X(daemon_ready, info, "pantaud is ready", "")                                                  \
    X(daemon_stopping, info, "pantaud stops", "")                                                  \
    X(daemon_stopped, info, "pantaud has stopped", "")                                             \
    X(first_cycle_done, info, "every device was visited once", "")                                 \
    X(reload_done, info, "the new configuration is in force", "")                                  \
    X(reload_refused, error, "the new configuration has errors; the old one stays in force",       \
      "run 'pantau config check', mend what it shows, reload again")                               \
    X(config_mistake, error, "a mistake in the configuration", "mend the file at that place")      \
    X(config_doubt, warn, "something in the configuration deserves a look", "")                    \
    X(profile_refused, error, "a profile has mistakes and is left out; the others are in use",     \
      "run 'pantau config check', mend the file, reload")                                          \
    X(restart_needed, warn, "a changed setting takes effect with the next start",                  \
      "restart pantaud")                                                                           \
    X(device_down, warn, "a device does not answer any more", "")                                  \
    X(access_point_down, warn, "an access point does not work, as its controllers tell", "")       \
    X(access_point_silent, warn, "an access point is up, yet serves nobody where it usually does", \
      "see on the spot whether its network is there and leads to the internet")                    \
    X(access_point_serves, info, "an access point serves people again", "")                        \
    X(device_unreachable, warn, "what tells of a device does not answer itself",                   \
      "look after the controller first")                                                           \
    X(device_up, info, "a device answers again", "")                                               \
    X(device_degraded, info, "a device answers only in part", "")                                  \
    X(device_rebooted, info, "a device has restarted", "")                                         \
    X(device_unknown, warn, "this machine could not look after a device", "see the reason")        \
    X(changes_folded, warn, "more devices changed than are told one by one",                       \
      "'pantau list --state down' shows them all")                                                 \
    X(profile_detected, debug, "the profile of a device was found", "")                            \
    X(snmp_engine_replaced, warn, "another SNMPv3 engine answers at the address of a device",      \
      "if nobody replaced or reset the device, find out who answers there")                        \
    X(snmp_engine_went_back, warn, "the boots or time of a device's SNMPv3 engine went backwards", \
      "the device forgets them at a restart, or somebody replays it; see its firmware's notes")    \
    X(poll_shed, warn, "polls are left out because this machine cannot keep up",                   \
      "give it more cores, a longer interval or fewer devices")                                    \
    X(socket_buffer_small, warn, "the kernel grants a smaller receive buffer than asked",          \
      "install the sysctl snippet, or set net.core.rmem_max to 8388608")                           \
    X(icmp_not_permitted, warn,                                                                    \
      "pantau may not send echo requests (ping): checks by ICMP are unknown",                      \
      "install the sysctl snippet and run 'sysctl --system', or switch icmp off")                  \
    X(queue_full, error, "a queue between two threads is full; the value is lost", "")             \
    X(history_not_kept, error, "the history cannot be kept; everything else goes on without it",   \
      "mend what the detail says; pantaud tries again every 10 s")                                 \
    X(history_kept_again, info, "the history is kept again", "")                                   \
    X(loop_slow, warn, "an event loop was held up", "")                                            \
    X(web_listening, info, "the web server listens", "")                                           \
    X(web_insecure, warn, "the web server listens on an address that others can reach",            \
      "protect it, or listen on 127.0.0.1")                                                        \
    X(web_passwords_in_clear, warn, "others can reach the web server, and it has no TLS",          \
      "set tls_server_config in the web config file: passwords can be read on the way")            \
    X(web_config_changed, info,                                                                    \
      "the web config file or a certificate has changed and is in force", "")                      \
    X(web_config_refused, error,                                                                   \
      "a changed web config file or certificate cannot be used; the "                              \
      "old one stays in force",                                                                    \
      "mend what the detail says; pantaud reads it again when it changes")                         \
    X(control_listening, info, "the control socket listens", "")                                   \
    X(control_request, info, "a control verb was carried out", "")                                 \
    X(local_fault, error, "this machine could not do its part", "")                                \
    X(watchdog_held, error, "a loop made no progress; the watchdog is not fed", "")

#define PANTAU_MESSAGE(name, level, text, todo) \
    inline constexpr Message name{#name, LogLevel::level, text, todo};
PANTAU_MESSAGES(PANTAU_MESSAGE)
#undef PANTAU_MESSAGE

#define PANTAU_MESSAGE(name, level, text, todo) &name,
inline constexpr auto all = std::to_array<const Message*>({PANTAU_MESSAGES(PANTAU_MESSAGE)});
#undef PANTAU_MESSAGE

}  // namespace msg
}  // namespace pantau
