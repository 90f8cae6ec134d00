#include "exporters/web/service_discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "exporters/web/routes.hpp"

namespace pantau::web {
namespace {

constexpr std::size_t devices_of_a_part = 700;

std::size_t usual_parts(std::size_t devices) {
    std::size_t parts = 1;
    while (parts * devices_of_a_part < devices && parts * 2 <= Shard::count_most)
        parts *= 2;
    return parts;
}

/// Letters, digits and what stands in addresses: nothing that JSON would have to escape.
bool is_host(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
}

HttpResponse bad_request(std::string_view words) {
    return HttpResponse::text(400, fmt::format("Bad request: {}.\n", words));
}

}  // namespace

HttpResponse service_discovery(const HttpRequest& request, std::size_t devices) {
    std::size_t parts = usual_parts(devices);
    std::string more;
    for (const auto& [name, value] : request.query) {
        if (name == "shards") {
            const char* const end = value.data() + value.size();
            const auto [stop, error] = std::from_chars(value.data(), end, parts);
            if (error != std::errc() || stop != end || parts == 0 || parts > Shard::count_most)
                return bad_request(fmt::format("shards is a number from 1 to {}, not '{}'",
                                               Shard::count_most,
                                               Text::from_network(value).view()));
        } else if (name == "level" && (value == "basic" || value == "full")) {
            more = fmt::format(R"(,"__param_level":"{}")", value);
        } else {
            return bad_request("known parameters are shards=n and level=basic or full");
        }
    }
    const std::string* const host = request.header("host");
    if (host == nullptr || !is_host(*host))
        return bad_request("the request does not say by which address it came (Host)");
    std::string list = "[";
    for (std::size_t part = 0; part < parts; ++part) {
        list += part == 0 ? "\n" : ",\n";
        list += fmt::format(
            R"({{"targets":["{}"],"labels":{{"__param_shard":"{}/{}","shard":"{}"{}}}}})", *host,
            part, parts, part, more);
    }
    return HttpResponse::json(200, list + "\n]\n");
}

}  // namespace pantau::web
