#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/reason.hpp"

namespace pantau::citizen {

/// What a citizen meets at an access point. The order is that of VerdictRow and of the metrics.
enum class Verdict : std::uint8_t {
    online,
    dns_dead,
    dns_hijacked,
    dns_slow,
    portal_unreachable,
    portal_wrong_host,
    portal_error,
    portal_loop,
    portal_certificate,
    portal_slow,
    login_refused,
    no_portal,
    captive_lie,
    no_internet_behind_portal,
    quota_page,
    mtu_blackhole,
    slow_link,
};

inline constexpr std::size_t verdict_count = 17;

struct VerdictRow {
    std::string_view name;
    bool is_online;          ///< Whether a citizen gets to the internet, however slowly.
    Reason reason;           ///< Of the report when not online.
    std::string_view words;  ///< One sentence, English.
};

[[nodiscard]] std::span<const VerdictRow, verdict_count> verdict_rows();
[[nodiscard]] const VerdictRow& row_of(Verdict verdict);
[[nodiscard]] std::string_view name_of(Verdict verdict);

}  // namespace pantau::citizen
