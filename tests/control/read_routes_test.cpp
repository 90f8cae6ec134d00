#include "control/read_routes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "control/fleet_by_hand.hpp"

using namespace pantau;
using namespace pantau::control;
using namespace pantau::test;

namespace {

using enum HealthState;
namespace json = boost::json;

/// The routes over a Snapshot that can be changed.
class Asked {
public:
    explicit Asked(const std::vector<HandDevice>& devices) : snapshot_(snapshot_of(devices)) {
        Readable from;
        from.snapshot = [this] { return snapshot_; };
        from.extras = [] { return StatusExtras{}; };
        routes_ = read_routes(std::move(from));
    }
    void become(const std::vector<HandDevice>& devices) { snapshot_ = snapshot_of(devices); }

    HttpResponse get(const std::string& route,
                     std::vector<std::pair<std::string, std::string>> query = {},
                     const std::string& known = {}, const std::string& path = {}) {
        const auto found = std::ranges::find(routes_, "/api/v1/" + route, &HttpRoute::path);
        REQUIRE(found != routes_.end());
        HttpRequest request;
        request.path = "/api/v1/" + (path.empty() ? route : path);
        request.query = std::move(query);
        if (!known.empty()) request.headers.emplace_back("if-none-match", known);
        HttpResponse answer;
        found->handler(request, [&](HttpResponse response) { answer = std::move(response); });
        return answer;
    }
    json::value ok(const std::string& route,
                   std::vector<std::pair<std::string, std::string>> query = {}) {
        const HttpResponse answer = get(route, std::move(query));
        REQUIRE(answer.status == 200);
        CHECK(answer.content_type == "application/json");
        return json::parse(*answer.body);
    }

private:
    std::shared_ptr<const Snapshot> snapshot_;
    std::vector<HttpRoute> routes_;
};

std::vector<HandDevice> city() {
    return {{"c", {"Lowokwaru", "Sumbersari", "08"}, up, 12},
            {"a", {"Lowokwaru", "Sumbersari", "09"}, down, {}},
            {"b", {"Klojen", "Oro-oro Dowo", "01"}, up, 0},
            {"d", {"Klojen", "Kauman", ""}, up, {}, Role::switch_}};
}

std::string header(const HttpResponse& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) return value;
    }
    return {};
}

std::vector<std::string> ids(const json::value& page, const char* what) {
    std::vector<std::string> found;
    for (const json::value& entry : page.at(what).as_array())
        found.emplace_back(entry.at("id").as_string());
    return found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_SUITE("control/read routes") {
    TEST_CASE("devices come by name, narrowed, and in stretches") {
        Asked asked(city());
        const json::value all = asked.ok("devices");
        CHECK(all.at("schema") == "pantau.devices/1");
        CHECK(all.at("total") == 4);
        CHECK(all.at("next").is_null());
        CHECK(ids(all, "devices") == Ids{"a", "b", "c", "d"});
        const json::value first = asked.ok("devices", {{"limit", "2"}});
        CHECK(ids(first, "devices") == Ids{"a", "b"});
        CHECK(first.at("next") == "b");
        CHECK(first.at("total") == 4);
        const json::value second = asked.ok("devices", {{"limit", "2"}, {"after", "b"}});
        CHECK(ids(second, "devices") == Ids{"c", "d"});
        CHECK(second.at("next").is_null());
        CHECK(ids(asked.ok("devices", {{"after", "zz"}}), "devices").empty());
        CHECK(ids(asked.ok("devices", {{"health", "down"}}), "devices") == Ids{"a"});
        CHECK(ids(asked.ok("devices", {{"role", "switch"}, {"kecamatan", "klojen"}}), "devices") ==
              Ids{"d"});
    }

    TEST_CASE("what stays is met exactly once, whatever comes and goes between the stretches") {
        std::vector<HandDevice> devices;
        for (int i = 100; i < 200; ++i)
            devices.push_back({"ap" + std::to_string(i), {"Klojen", "Kauman", "01"}});
        Asked asked(devices);
        std::vector<std::string> met;
        std::string after;
        for (int stretch = 0; stretch < 50; ++stretch) {
            const json::value page = asked.ok("devices", {{"limit", "7"}, {"after", after}});
            for (std::string& id : ids(page, "devices"))
                met.push_back(std::move(id));
            if (page.at("next").is_null()) break;
            after = std::string(page.at("next").as_string());
            // One of those seen goes, one comes before them, and the order of the file changes.
            std::erase_if(devices, [&](const HandDevice& of) { return of.id == met.front(); });
            devices.push_back({"aa" + std::to_string(stretch), {"Klojen", "Kauman", "01"}});
            std::ranges::reverse(devices);
            asked.become(devices);
        }
        CHECK(met.size() == 100);
        CHECK(std::set<std::string>(met.begin(), met.end()).size() == 100);
    }

    TEST_CASE("one device is its Observation, as the probe prints it") {
        Asked asked(city());
        const HttpResponse answer = asked.get("devices/{id}", {}, "", "devices/c");
        REQUIRE(answer.status == 200);
        const json::value device = json::parse(*answer.body);
        CHECK(device.at("schema") == "pantau.observation/1");
        CHECK(device.at("device").at("id") == "c");
        const HttpResponse none = asked.get("devices/{id}", {}, "", "devices/cc");
        CHECK(none.status == 404);
        CHECK(json::parse(*none.body).at("error") == "no device 'cc' in the inventory");
    }

    TEST_CASE("areas of every level have their sums, and an id of their own") {
        Asked asked(city());
        const json::value all = asked.ok("areas");
        CHECK(ids(all, "areas") ==
              Ids{"Klojen", "Klojen/Oro-oro%20Dowo", "Klojen/Oro-oro%20Dowo/01", "Lowokwaru",
                  "Lowokwaru/Sumbersari", "Lowokwaru/Sumbersari/08", "Lowokwaru/Sumbersari/09"});
        const json::value sumbersari =
            asked.ok("areas", {{"kelurahan", "Sumbersari"}, {"limit", "1"}});
        CHECK(sumbersari.at("total") == 3);
        CHECK(sumbersari.at("next") == "Lowokwaru/Sumbersari");
        const json::value& area = sumbersari.at("areas").at(0);
        CHECK(area.at("level") == "kelurahan");
        CHECK(area.at("area") ==
              json::value{{"kecamatan", "Lowokwaru"}, {"kelurahan", "Sumbersari"}});
        CHECK(area.at("access_points") == 2);
        CHECK(area.at("up") == 1);
        CHECK(area.at("health").at("down") == 1);
        CHECK(area.at("sites").at("dark") == 1);
        CHECK(area.at("clients") == 12);
        CHECK(ids(asked.ok("areas", {{"level", "rw"}, {"after", "Lowokwaru"}}), "areas") ==
              Ids{"Lowokwaru/Sumbersari/08", "Lowokwaru/Sumbersari/09"});
        CHECK(asked.ok("areas", {{"kecamatan", "Lowokwaru"}, {"rw", "09"}})
                  .at("areas")
                  .at(0)
                  .at("clients")
                  .is_null());
    }

    TEST_CASE("the summary is the status, and incidents say that nobody looks for them yet") {
        Asked asked(city());
        CHECK(asked.ok("summary").at("schema") == "pantau.status/1");
        CHECK(asked.ok("summary").at("devices") == 4);
        const json::value incidents = asked.ok("incidents", {{"limit", "5"}});
        CHECK(incidents.at("watched") == false);
        CHECK(incidents.at("incidents").as_array().empty());
    }

    TEST_CASE("who has the document already gets 304, until something changes") {
        Asked asked(city());
        for (const char* route : {"summary", "devices", "areas", "incidents"}) {
            CAPTURE(std::string(route));
            const HttpResponse first = asked.get(route);
            const std::string etag = header(first, "ETag");
            CHECK(etag.size() == 18);
            CHECK(header(first, "Cache-Control") == "no-cache");
            const HttpResponse again = asked.get(route, {}, "\"x\", W/" + etag);
            CHECK(again.status == 304);
            CHECK(again.body->empty());
            CHECK(header(again, "ETag") == etag);
            CHECK(asked.get(route, {}, "\"0000000000000000\"").status == 200);
        }
        const std::string etag = header(asked.get("devices"), "ETag");
        std::vector<HandDevice> changed = city();
        changed[0].clients = 13;
        asked.become(changed);
        CHECK(asked.get("devices", {}, etag).status == 200);
        CHECK(asked.get("devices/{id}", {}, "*", "devices/c").status == 304);
    }

    TEST_CASE("questions that cannot be meant so are answered in words") {
        Asked asked(city());
        struct Case {
            std::string route;
            std::pair<std::string, std::string> parameter;
            std::string words;
        };
        const Case cases[] = {
            {"summary", {"x", "1"}, "this address takes no parameters"},
            {"devices", {"limit", "0"}, "limit is a number from 1 to 1000, not '0'"},
            {"devices", {"limit", "1001"}, "limit is a number from 1 to 1000, not '1001'"},
            {"devices", {"limit", "-1"}, "limit is a number from 1 to 1000, not '-1'"},
            {"devices",
             {"limt", "5"},
             "unknown parameter 'limt', perhaps 'limit'; known are kecamatan, kelurahan, rw, "
             "state, health, role, limit, after"},
            {"devices", {"limit", "ten"}, "limit is a number from 1 to 1000, not 'ten'"},
            {"areas", {"level", "rt"}, "there is no level 'rt'"},
            {"areas", {"health", "up"}, "areas have neither health nor role to choose by"},
            {"incidents", {"rule", "x"}, "known parameters are limit, after"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.words);
            const HttpResponse answer = asked.get(c.route, {c.parameter});
            CHECK(answer.status == 400);
            CHECK(json::parse(*answer.body).at("error") == json::value(c.words));
            CHECK(header(answer, "ETag").empty());
        }
    }

    TEST_CASE("documents are made on the thread that is given for it") {
        std::vector<std::function<void()>> waiting;
        Readable from;
        from.snapshot = [] { return snapshot_of(city()); };
        from.extras = [] { return StatusExtras{}; };
        from.elsewhere = [&](std::function<void()> work) { waiting.push_back(std::move(work)); };
        int answers = 0;
        for (const HttpRoute& route : read_routes(from)) {
            HttpRequest request;
            request.path = route.path;
            route.handler(request, [&](const HttpResponse&) { ++answers; });
        }
        CHECK(answers == 0);
        REQUIRE(waiting.size() == 5);
        for (const auto& work : waiting)
            work();
        CHECK(answers == 5);
    }
}
