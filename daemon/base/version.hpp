#pragma once

#include <string_view>

namespace pantau {

/// What was built: "0.1.0", the commit it was built from ("unknown" outside a checkout) and the
/// compiler.
[[nodiscard]] std::string_view version() noexcept;
[[nodiscard]] std::string_view revision() noexcept;
[[nodiscard]] std::string_view compiler() noexcept;

}  // namespace pantau
