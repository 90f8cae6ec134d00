#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pantau {

/// Why something failed: the closed list that errors, JSON, logs and metric labels share.
enum class Reason : std::uint8_t {
    timeout,          ///< No answer before the deadline.
    refused,          ///< The other side said that nothing listens there.
    unreachable,      ///< The network said that there is no way.
    auth,             ///< The credential was not accepted.
    malformed,        ///< An answer that breaks the rules of its protocol.
    unsupported,      ///< The device does not offer what was asked.
    too_large,        ///< More than a limit allows.
    status,           ///< An HTTP status other than the expected one.
    redirect,         ///< An HTTP redirect that was not expected.
    content,          ///< The body is not what the check expects.
    certificate,      ///< The TLS certificate does not verify.
    name_resolution,  ///< A name has no address; our resolver, not the device.
    silent,           ///< Up, yet serving nobody.
    overload,         ///< We had more to do than we could.
    cancelled,        ///< We stopped before the end.
    local,            ///< A fault of this machine: descriptors, memory, clock.
    reported,         ///< Its controller says that it does not work.
    unlisted,         ///< Its controller does not list it (any more).
};

inline constexpr std::size_t reason_count = 18;

/// The word for a Reason as it stands in labels and JSON.
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;

/// The Reason with that word, or nothing.
[[nodiscard]] std::optional<Reason> reason_named(std::string_view word) noexcept;

/// True for failures that say nothing about the device: never a reason to call it down.
[[nodiscard]] constexpr bool is_own_fault(Reason reason) noexcept {
    return reason == Reason::overload || reason == Reason::cancelled || reason == Reason::local ||
           reason == Reason::name_resolution;
}

}  // namespace pantau
