#include "exporters/web/routes.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "exporters/web/negotiation.hpp"
#include "exporters/web/router.hpp"
#include "exporters/web/service_discovery.hpp"
#include "exporters_web/raw_client.hpp"
#include "exporters_web/running_server.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;
using pantau::web::MetricsLevel;
using pantau::web::MetricsRequest;

namespace {

const std::vector<std::string> levels{"kecamatan", "kelurahan", "rw"};

HttpRequest scrape(std::vector<std::pair<std::string, std::string>> query,
                   std::string encoding = {}) {
    HttpRequest request;
    request.query = std::move(query);
    if (!encoding.empty()) request.headers.emplace_back("accept-encoding", std::move(encoding));
    return request;
}

web::StandardSources sources() {
    web::StandardSources some;
    some.area_labels = [] { return levels; };
    some.metrics = [](const MetricsRequest& wanted, auto reply) {
        std::thread([wanted, reply = std::move(reply)] {
            if (wanted.level == MetricsLevel::basic)
                return reply(fail(Reason::overload, "too many scrapes"));
            reply(web::MetricsBody{std::make_shared<const std::string>("pantau_ap_up 1\n"),
                                   wanted.accepts_gzip});
        }).detach();
    };
    some.readiness = [] { return web::Readiness{false, 812, 1102}; };
    some.landing = [] {
        web::LandingFacts facts;
        facts.version = "<0.1&0>";
        facts.devices = 1102;
        facts.up = 1000;
        facts.data_age = 4s;
        return facts;
    };
    return some;
}

}  // namespace

TEST_SUITE("exporters/web/routes") {
    TEST_CASE("a scrape says what it wants") {
        struct Case {
            std::string name;
            HttpRequest request;
            MetricsRequest wanted;
        };
        const Case cases[] = {
            {"everything", scrape({}), {}},
            {"one area",
             scrape({{"kecamatan", "Lowokwaru"}, {"rw", "08"}}),
             {{{"kecamatan", "Lowokwaru"}, {"rw", "08"}}, {}, MetricsLevel::full, false}},
            {"a shard",
             scrape({{"shard", "2/3"}}),
             {{}, web::Shard{2, 3}, MetricsLevel::full, false}},
            {"basic", scrape({{"level", "basic"}}), {{}, {}, MetricsLevel::basic, false}},
            {"full", scrape({{"level", "full"}}), {}},
            {"gzip", scrape({}, "gzip"), {{}, {}, MetricsLevel::full, true}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            CHECK(web::parse_metrics_request(c.request, levels).value() == c.wanted);
        }
    }

    TEST_CASE("a scrape that cannot be meant so is refused in words") {
        struct Case {
            HttpRequest request;
            std::string words;
        };
        const std::string shard_words =
            "shard is i/n with i from 0 to n-1 and n up to 10000, as in shard=0/4; not '";
        const Case cases[] = {
            {scrape({{"kecamatn", "x"}}),
             "unknown parameter 'kecamatn', perhaps 'kecamatan'; known are kecamatan, kelurahan, "
             "rw, shard, level"},
            {scrape({{"target", "10.0.0.1"}}),
             "unknown parameter 'target'; known are kecamatan, kelurahan, rw, shard, level"},
            {scrape({{"rw", "1"}, {"rw", "2"}}), "parameter 'rw' is given twice"},
            {scrape({{"level", "short"}}), "level is basic or full, not 'short'"},
            {scrape({{"shard", "3/3"}}), shard_words + "3/3'"},
            {scrape({{"shard", "0/0"}}), shard_words + "0/0'"},
            {scrape({{"shard", "-1/3"}}), shard_words + "-1/3'"},
            {scrape({{"shard", "1"}}), shard_words + "1'"},
            {scrape({{"shard", ""}}), shard_words + "'"},
            {scrape({{"shard", "1/2/3"}}), shard_words + "1/2/3'"},
            {scrape({{"shard", "1/99999999999999999999999"}}),
             shard_words + "1/99999999999999999999999'"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.words);
            const auto wanted = web::parse_metrics_request(c.request, levels);
            REQUIRE_FALSE(wanted.has_value());
            CHECK(wanted.error().detail == c.words);
        }
    }

    TEST_CASE("gzip is sent to those who take it") {
        struct Case {
            std::string header;
            bool taken;
        };
        const Case cases[] = {{"", false},
                              {"gzip", true},
                              {"GZip", true},
                              {"deflate, gzip;q=0.5, br", true},
                              {"x-gzip", true},
                              {"*", true},
                              {"gzip;q=0", false},
                              {"gzip; q=0.000", false},
                              {"gzip;q=0, *", false},
                              {"*;q=0", false},
                              {"identity", false},
                              {"gzipped", false},
                              {",,;q=1,", false}};
        for (const Case& c : cases) {
            CAPTURE(c.header);
            CHECK(web::accepts_gzip(c.header) == c.taken);
        }
    }

    TEST_CASE("OpenMetrics is sent to those who name it and like nothing of ours better") {
        struct Case {
            std::string header;
            bool preferred;
        };
        const Case cases[] = {
            {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version="
             "0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
             true},
            {"application/openmetrics-text", true},
            {"Application/OpenMetrics-Text; version=\"1.0.0\"; q=0.4", true},
            {"application/openmetrics-text;q=0.5, text/plain;q=0.5", true},
            {"application/openmetrics-text;q=0.4, text/plain;q=0.5", false},
            {"application/openmetrics-text;version=0.0.1", false},
            {"application/openmetrics-text;q=0", false},
            {"text/plain;version=0.0.4", false},
            {"*/*", false},
            {"", false},
            {",;,q=1;;", false},
        };
        for (const Case& c : cases) {
            CAPTURE(c.header);
            CHECK(web::prefers_open_metrics(c.header) == c.preferred);
        }
    }

    TEST_CASE("the parts of this instance are found by Prometheus") {
        const auto ask = [](std::vector<std::pair<std::string, std::string>> query,
                            std::size_t devices, const std::string& host = "noc:8551") {
            HttpRequest request;
            request.query = std::move(query);
            if (!host.empty()) request.headers.emplace_back("host", host);
            return web::service_discovery(request, devices);
        };
        const auto parts = [&](std::size_t devices) {
            const std::string list = *ask({}, devices).body;
            return std::count(list.begin(), list.end(), '{') / 2;
        };
        CHECK(
            *ask({{"shards", "2"}, {"level", "basic"}}, 5).body ==
            "[\n{\"targets\":[\"noc:8551\"],\"labels\":{\"__param_shard\":\"0/2\",\"shard\":\"0\","
            "\"__param_level\":\"basic\"}},\n{\"targets\":[\"noc:8551\"],\"labels\":{\"__param_"
            "shard\":"
            "\"1/2\",\"shard\":\"1\",\"__param_level\":\"basic\"}}\n]\n");
        CHECK(parts(0) == 1);
        CHECK(parts(700) == 1);
        CHECK(parts(1102) == 2);
        CHECK(parts(5000) == 8);
        CHECK(parts(50'000) == 128);
        CHECK(ask({}, 1, "[::1]:8551").status == 200);
        for (const char* host : {"", "a\"b", "a b", "a/b"}) {
            CAPTURE(host);
            CHECK(ask({}, 1, host).status == 400);
        }
        for (const char* shards : {"0", "-1", "10001", "many", ""}) {
            CAPTURE(shards);
            CHECK(ask({{"shards", shards}}, 1).status == 400);
        }
        CHECK(ask({{"level", "short"}}, 1).status == 400);
        CHECK(ask({{"target", "x"}}, 1).status == 400);
    }

    TEST_CASE("a route whose last part is in braces answers for anything that is one part") {
        const HttpHandler nothing = [](const HttpRequest&, const HttpReply&) {};
        const web::Router router({{"GET", "/devices", nothing}, {"GET", "/devices/{id}", nothing}});
        CHECK(router.find("GET", "/devices").handler != nullptr);
        CHECK(router.find("GET", "/devices/rw08-1").handler != nullptr);
        CHECK(router.find("HEAD", "/devices/{id}").handler != nullptr);
        for (const char* path : {"/devices/", "/devices/a/b", "/device/a", "/devices/a/"}) {
            CAPTURE(path);
            CHECK(router.find("GET", path).refusal.status == 404);
        }
        CHECK(router.find("POST", "/devices/a").refusal.status == 405);
    }

    TEST_CASE("the standard routes over a socket") {
        RunningServer running(any_port(), web::standard_routes(sources()));
        const auto ask = [&](const std::string& line, const std::string& more = "") {
            return ask_raw(running.address(), line + " HTTP/1.0\r\n" + more + "\r\n");
        };

        const std::string metrics = ask("GET /metrics");
        CHECK(body_of(metrics) == "pantau_ap_up 1\n");
        CHECK(header_of(metrics, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
        CHECK(header_of(metrics, "Vary") == "Accept, Accept-Encoding");
        CHECK(header_of(ask("GET /metrics", "Accept: application/openmetrics-text\r\n"),
                        "Content-Type") ==
              "application/openmetrics-text; version=1.0.0; charset=utf-8");
        CHECK(header_of(metrics, "Content-Encoding") == "");
        CHECK(header_of(ask("GET /metrics", "Accept-Encoding: gzip\r\n"), "Content-Encoding") ==
              "gzip");
        CHECK(status_of(ask("GET /metrics?kecamatn=x")) == 400);
        CHECK(status_of(ask("GET /metrics?level=basic")) == 503);

        CHECK(body_of(ask("GET /-/healthy")) == "OK\n");
        const std::string ready = ask("GET /-/ready");
        CHECK(status_of(ready) == 503);
        CHECK(body_of(ready) == "Not ready: 812 of 1102 devices were visited so far.\n");

        const std::string reload = ask("POST /-/reload");
        CHECK(status_of(reload) == 403);
        CHECK(body_of(reload).find("web.enable_lifecycle") != std::string::npos);
        const std::string get_reload = ask("GET /-/reload");
        CHECK(status_of(get_reload) == 405);
        CHECK(header_of(get_reload, "Allow") == "POST, PUT");
        CHECK(status_of(ask("GET /pantau.css")) == 200);
    }

    TEST_CASE("reloading over the web port, where it is allowed, is not for web pages") {
        web::StandardSources some = sources();
        some.reload = [](auto reply) { reply(web::ReloadOutcome{true, "1 added"}); };
        RunningServer running(any_port(), web::standard_routes(some));
        const auto post = [&](const std::string& header) {
            return ask_raw(running.address(), "POST /-/reload HTTP/1.0\r\n" + header + "\r\n");
        };
        CHECK(body_of(post("")) == "1 added\n");
        CHECK(status_of(post("Origin: http://evil.example\r\n")) == 403);
        CHECK(status_of(post("Sec-Fetch-Site: cross-site\r\n")) == 403);
    }

    TEST_CASE("the first page tells the state of the fleet and runs nothing") {
        RunningServer running(any_port(), web::standard_routes(sources()));
        const std::string answer = ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n");
        const std::string page = body_of(answer);
        CHECK(header_of(answer, "Content-Security-Policy").starts_with("default-src 'self'"));
        CHECK(page.find("<html lang=\"en\">") != std::string::npos);
        CHECK(page.find("&lt;0.1&amp;0&gt;") != std::string::npos);
        CHECK(page.find("<0.1") == std::string::npos);
        CHECK(page.find("Newest observation: 4 s ago.") != std::string::npos);
        for (const char* link : {"/metrics", "/api/v1/summary", "/api/v1/devices", "/api/v1/areas",
                                 "/-/healthy", "/-/ready"}) {
            CAPTURE(link);
            CHECK(page.find("<a href=\"" + std::string(link) + "\">") != std::string::npos);
        }
        for (const char* foreign : {"<script", "style=", "http://", "https://", "javascript:"}) {
            CAPTURE(foreign);
            CHECK(page.find(foreign) == std::string::npos);
        }
    }

    TEST_CASE("the first page of a new installation says what to do") {
        CHECK(web::landing_page({}).find("pantau reload") != std::string::npos);
        web::LandingFacts facts;
        facts.devices = 3;
        CHECK(web::landing_page(facts).find("No device has been visited yet.") !=
              std::string::npos);
    }
}
