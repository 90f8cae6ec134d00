#include "control/json_parts.hpp"

#include <fmt/chrono.h>

#include <string>

namespace pantau::control {

namespace json = boost::json;

std::string stamp(WallTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

json::value stamp_or_null(const std::optional<WallTime>& time) {
    if (!time) return nullptr;
    return json::value(stamp(*time));
}

json::value number_or_null(const std::optional<std::uint64_t>& number) {
    if (!number) return nullptr;
    return json::value(*number);
}

json::object sites_object(const SiteCounts& sites) {
    return {{"total", sites.total},
            {"ok", sites.ok},
            {"degraded", sites.degraded},
            {"dark", sites.dark},
            {"unknown", sites.unknown}};
}

}  // namespace pantau::control
