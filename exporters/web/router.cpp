#include "exporters/web/router.hpp"

namespace pantau::web {
namespace {

void add_method(std::string& allow, std::string_view method) {
    if (!allow.empty()) allow += ", ";
    allow += method;
}

/// "/devices/{id}" fits each path with one part, not empty, where the brace is.
bool fits(std::string_view route, std::string_view path) {
    const std::size_t brace = route.find('{');
    if (brace == std::string_view::npos) return route == path;
    return path.size() > brace && path.starts_with(route.substr(0, brace)) &&
           path.find('/', brace) == std::string_view::npos;
}

}  // namespace

Router::Match Router::find(std::string_view method, std::string_view path) const {
    std::string allow;
    for (const HttpRoute& route : routes_) {
        if (!fits(route.path, path)) continue;
        if (route.method == method || (method == "HEAD" && route.method == "GET"))
            return {&route.handler, {}};
        add_method(allow, route.method);
        if (route.method == "GET") add_method(allow, "HEAD");
    }
    if (allow.empty())
        return {nullptr, HttpResponse::text(404, "Not found. / shows what there is.\n")};
    HttpResponse refusal = HttpResponse::text(
        405, "This address does not take that method. It takes: " + allow + "\n");
    refusal.headers.emplace_back("Allow", std::move(allow));
    return {nullptr, std::move(refusal)};
}

}  // namespace pantau::web
