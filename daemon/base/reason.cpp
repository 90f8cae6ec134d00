#include "base/reason.hpp"

namespace pantau {
namespace {

constexpr std::array<std::string_view, reason_count> words{
    "timeout",   "refused",  "unreachable", "auth",    "malformed",   "unsupported",
    "too_large", "status",   "redirect",    "content", "certificate", "name_resolution",
    "silent",    "overload", "cancelled",   "local",   "reported",    "unlisted"};

}  // namespace

std::string_view name_of(Reason reason) noexcept {
    const auto index = static_cast<std::size_t>(reason);
    return index < words.size() ? words[index] : "local";
}

std::optional<Reason> reason_named(std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return static_cast<Reason>(i);
    }
    return std::nullopt;
}

}  // namespace pantau
