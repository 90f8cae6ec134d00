#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "cli/texts.hpp"

namespace pantau::cli {

/// Reading what the daemon tells of the whole city (GET /control/v1/status).

[[nodiscard]] std::uint64_t count_in(const boost::json::value& object, std::string_view key);
/// People connected now, of all areas that can tell.
[[nodiscard]] std::uint64_t people_in(const boost::json::value& status);
/// Polls without any answer since the start.
[[nodiscard]] std::uint64_t failures_in(const boost::json::value& status);
/// "1,103 up, 12 degraded, 42 down".
[[nodiscard]] std::string states_in(const boost::json::value& status, Language language,
                                    bool color);

}  // namespace pantau::cli
