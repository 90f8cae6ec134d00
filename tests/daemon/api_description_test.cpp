// Whether docs/api/openapi.yaml knows every route.
#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

#include "control/read_routes.hpp"
#include "exporters/web/routes.hpp"

namespace pantau {
namespace {

using Routes = std::set<std::string>;

std::string shown(std::string method, const std::string& path) {
    for (char& c : method)
        c = static_cast<char>(c & ~0x20);
    return method + ' ' + path;
}

Routes of_the_router() {
    Routes routes;
    for (const HttpRoute& route : web::standard_routes({}))
        routes.insert(shown(route.method, route.path));
    for (const HttpRoute& route : control::read_routes({}))
        routes.insert(shown(route.method, route.path));
    return routes;
}

Routes of_the_description() {
    Routes routes;
    const YAML::Node description = YAML::LoadFile(PANTAU_SOURCE_DIR "/docs/api/openapi.yaml");
    for (const auto& path : description["paths"]) {
        for (const auto& method : path.second)
            routes.insert(shown(method.first.Scalar(), path.first.Scalar()));
    }
    return routes;
}

}  // namespace

TEST_SUITE("daemon/api") {
    TEST_CASE("the description of the web port has every route of the router, and no other") {
        CHECK(of_the_router().size() > 10);
        for (const std::string& route : of_the_router()) {
            CAPTURE(route);
            CHECK(of_the_description().contains(route));
        }
        for (const std::string& route : of_the_description()) {
            CAPTURE(route);
            CHECK(of_the_router().contains(route));
        }
    }
}

}  // namespace pantau
