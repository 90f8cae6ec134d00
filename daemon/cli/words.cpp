#include "cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

namespace pantau::cli {
namespace {

constexpr std::array all_states{HealthState::up,      HealthState::degraded,
                                HealthState::down,    HealthState::unreachable,
                                HealthState::unknown, HealthState::maintenance};

/// Letters small, what separates words as one sign: "Tak terjangkau" is "tak-terjangkau".
std::string folded(std::string_view word) {
    std::string small(word);
    std::ranges::transform(small, small.begin(), [](char c) {
        if (c == ' ' || c == '_') return '-';
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    return small;
}

}  // namespace

const Words& words_of(HealthState state) {
    switch (state) {
        case HealthState::up:
            return text::health_up;
        case HealthState::degraded:
            return text::health_degraded;
        case HealthState::down:
            return text::health_down;
        case HealthState::maintenance:
            return text::health_maintenance;
        case HealthState::unreachable:
            return text::health_unreachable;
        case HealthState::unknown:
            break;
    }
    return text::health_unknown;
}

const Words& words_of(Reason reason) {
    static constexpr std::array<const Words*, reason_count> table{
        &text::reason_timeout,   &text::reason_refused,     &text::reason_unreachable,
        &text::reason_auth,      &text::reason_malformed,   &text::reason_unsupported,
        &text::reason_too_large, &text::reason_status,      &text::reason_redirect,
        &text::reason_content,   &text::reason_certificate, &text::reason_name_resolution,
        &text::reason_silent,    &text::reason_overload,    &text::reason_cancelled,
        &text::reason_local,     &text::reason_reported,    &text::reason_unlisted};
    return *table[static_cast<std::size_t>(reason)];
}

const Words& words_of(Role role) {
    static constexpr std::array<const Words*, 6> table{
        &text::role_access_point, &text::role_controller, &text::role_radio,
        &text::role_router,       &text::role_switch,     &text::role_other};
    return *table[static_cast<std::size_t>(role)];
}

Tint tint_of(HealthState state) {
    switch (state) {
        case HealthState::up:
            return Tint::good;
        case HealthState::degraded:
            return Tint::warn;
        case HealthState::down:
        case HealthState::unreachable:
            return Tint::bad;
        case HealthState::maintenance:
        case HealthState::unknown:
            break;
    }
    return Tint::faint;
}

std::optional<HealthState> health_named(std::string_view word) {
    for (const HealthState state : all_states) {
        for (const Language language : {Language::en, Language::id})
            if (folded(words_of(state).in(language)) == folded(word)) return state;
    }
    return std::nullopt;
}

std::string shown_number(double number, int digits, Language language) {
    std::string text = fmt::format("{:.{}f}", number, digits);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
    }
    if (text == "-0") text = "0";
    if (language == Language::id) std::ranges::replace(text, '.', ',');
    return text;
}

std::string shown_bytes(double bytes, Language language) {
    static constexpr std::array<std::string_view, 6> units{"B", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    // 999.95 of a unit would be shown as 1000.
    while (bytes >= 999.5 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || bytes >= 99.95 ? 0 : 1;
    return shown_number(bytes, digits, language) + ' ' + std::string(units[unit]);
}

std::string shown_ratio(double ratio, Language language) {
    return shown_number(ratio * 100, 0, language) + " %";
}

std::string shown_span(double seconds, Language language) {
    struct Unit {
        std::int64_t seconds;
        Words words;
    };
    static constexpr std::array<Unit, 4> units{{{86'400, {"d", "hari"}},
                                                {3600, {"h", "jam"}},
                                                {60, {"min", "menit"}},
                                                {1, {"s", "detik"}}}};
    std::int64_t rest = std::max<std::int64_t>(0, std::llround(seconds));
    std::string text;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::int64_t count = rest / units[i].seconds;
        rest %= units[i].seconds;
        if (text.empty() && count == 0 && i + 1 < units.size()) continue;
        const bool is_second = !text.empty();
        if (is_second && count == 0) break;
        text += fmt::format("{}{} {}", is_second ? " " : "", count, units[i].words.in(language));
        if (is_second) break;
    }
    return text;
}

std::string shown_duration(double seconds, Language language) {
    if (seconds < 0.9995) {
        const double ms = seconds * 1000;
        return shown_number(ms, ms < 9.95 ? 1 : 0, language) + " ms";
    }
    return shown_number(seconds, 1, language) + (language == Language::id ? " detik" : " s");
}

std::string shown_count(std::uint64_t count, Language language) {
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, 1, language == Language::id ? '.' : ',');
    return digits;
}

std::optional<std::chrono::system_clock::time_point> time_of(std::string_view stamp) {
    std::tm parts{};
    const std::string text(stamp);
    const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

}  // namespace pantau::cli
