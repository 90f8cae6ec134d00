#include "collectors/http/json_reading.hpp"

#include <doctest/doctest.h>

#include "collectors/http/kind.hpp"
#include "collectors_http/checking.hpp"
#include "config/diagnostic.hpp"
#include "fakes/replies.hpp"
#include "model/observation_json.hpp"
#include "normalise/normalise.hpp"
#include "normalise/profile_set.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

/// "0[1]=36 1[2]=text": what a body gave for these addresses, field by field.
std::string found(std::string_view body, const std::vector<const char*>& addresses,
                  std::size_t most = 1000) {
    std::vector<http::Wanted> wanted;
    for (const char* address : addresses) {
        const bool is_column = std::string_view(address).find('*') != std::string_view::npos;
        auto parsed = http::parse_json_address(address, is_column);
        REQUIRE_MESSAGE(parsed.has_value(), address);
        wanted.push_back({static_cast<std::uint16_t>(wanted.size()), std::move(parsed->steps)});
    }
    Answer answer;
    const Result<void> read = http::read_json(body, wanted, most, answer);
    answer.sort();
    std::string text = read ? "" : std::string(name_of(read.error().reason));
    for (const Cell& cell : answer.cells()) {
        if (!text.empty()) text += ' ';
        text += std::to_string(cell.field);
        for (const std::uint32_t part : answer.row_of(cell))
            text += '[' + std::to_string(part) + ']';
        text += '=';
        if (cell.value.kind == RawValue::Kind::bytes) {
            text += answer.bytes_of(cell.value);
        } else {
            const double number = cell.value.number.as_double();
            text += number == static_cast<double>(static_cast<long>(number))
                        ? std::to_string(static_cast<long>(number))
                        : std::to_string(number).substr(0, 4);
        }
    }
    return text;
}

std::string why_wrong(const char* address, bool is_column) {
    const auto parsed = http::parse_json_address(address, is_column);
    return parsed ? "" : parsed.error().detail;
}

/// The Observation of a device whose pages these are, by a profile in these words.
std::string observed(const std::string& profile, const ScriptedServer& server) {
    const TemporaryDirectory files;
    files.write("example.yml", profile);
    files.write("generic.yml", "profile: generic\nrole: other\n");
    const CollectorKind* const kinds[] = {&http_kind()};
    config::Diagnostics diagnostics;
    const auto profiles = ProfileSet::load({files.path()}, kinds, diagnostics);
    std::ostringstream words;
    diagnostics.print(words, false);
    REQUIRE_MESSAGE(diagnostics.errors() == 0, words.str());
    const auto found = profiles->find("example");
    REQUIRE(found);
    Checking checking;
    const std::unique_ptr<Session> session = checking.open(page(server.url()));
    std::optional<Answer> answer;
    session->collect(found->ask("http"), std::chrono::steady_clock::now() + std::chrono::seconds(5),
                     [&](Answer got) {
                         answer = std::move(got);
                         checking.loop.stop();
                     });
    checking.loop.run_for(std::chrono::seconds(20));
    REQUIRE(answer);
    Device device;
    device.id = "ap";
    device.address = "127.0.0.1";
    const Observation seen = normalise(device, found.get(), std::span(&*answer, 1), {}, {});
    return observation_json(seen, device, Health{});
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("collectors/http JSON reading") {
    TEST_CASE("a place is a page and a pointer, and a * says where rows are") {
        CHECK(why_wrong("/api#/model", false).empty());
        CHECK(why_wrong("/api?full=1#", false).empty());
        CHECK(why_wrong("/api#/a~1b/~0/0", false).empty());
        CHECK(why_wrong("/api#/aps/*/radios/*/channel", true).empty());
        CHECK(has(why_wrong("/api/model", false), "a page and a place"));
        CHECK(has(why_wrong("api#/model", false), "no path of a page"));
        CHECK(has(why_wrong("http://10.0.0.1/#/model", false), "no path of a page"));
        CHECK(has(why_wrong("/api#model", false), "begins with a slash"));
        CHECK(has(why_wrong("/api#/a~2", false), "~0"));
        CHECK(has(why_wrong("/api#/*/a", false), "stands for many"));
        CHECK(has(why_wrong("/api#/a", true), "where its rows are"));
        CHECK(has(why_wrong("/api#/*/*/*/*", true), "at most three"));
        CHECK(has(why_wrong(("/api#/" + std::string(65, 'x')).c_str(), false), "64 bytes"));
    }

    TEST_CASE("values are found where they stand, each with its row") {
        const char* body = R"({"model":"X\u00e9","n":[10,20,{"deep":-3}],"big":18446744073709551615,
            "half":2.5,"on":true,"off":false,"none":null,"a/b":1,"":2,
            "radios":[{"name":"r0","ch":36},{"ch":1,"name":"r1"},{"name":"r2"}],
            "by_name":{"wlan0":{"ch":6},"wlan1":{"ch":11}},
            "aps":[{"radios":[{"ch":1},{"ch":2}]},{"radios":[]},{"radios":[{"ch":3}]}]})";
        CHECK(found(body, {"/#/model"}) == "0=X\xc3\xa9");
        CHECK(found(body, {"/#/n/1", "/#/n/2/deep", "/#/n/3"}) == "0=20 1=-3");
        CHECK(found(body, {"/#/half", "/#/on", "/#/off", "/#/none"}) == "0=2.50 1=1 2=0");
        CHECK(found(body, {"/#/a~1b", "/#/"}) == "0=1 1=2");
        CHECK(found(body, {"/#/radios", "/#/radios/name", "/#/missing", "/#"}).empty());
        CHECK(found(body, {"/#/radios/*/ch", "/#/radios/*/name"}) ==
              "0[0]=36 0[1]=1 1[0]=r0 1[1]=r1 1[2]=r2");
        CHECK(found(body, {"/#/by_name/*/ch"}) ==
              "0[5][119][108][97][110][48]=6 0[5][119][108][97][110][49]=11");
        CHECK(found(body, {"/#/aps/*/radios/*/ch"}) == "0[0][0]=1 0[0][1]=2 0[2][0]=3");
        CHECK(found(body, {"/#/n/*"}) == "0[0]=10 0[1]=20");
        CHECK(found("7", {"/#"}) == "0=7");
        CHECK(found(" [\"x\"]\n", {"/#/0"}) == "0=x");
    }

    TEST_CASE("the same member twice gives the later one, a text too long none") {
        CHECK(found(R"({"a":1,"a":2})", {"/#/a"}) == "0=2");
        CHECK(found("{\"a\":\"" + std::string(1024, 'x') + "\"}", {"/#/a"}).size() == 1026);
        CHECK(found("{\"a\":\"" + std::string(1025, 'x') + "\"}", {"/#/a"}).empty());
        CHECK(found("{\"" + std::string(65, 'k') + "\":1}", {"/#/*"}).empty());
    }

    TEST_CASE("what is no JSON, or too much of it, gives nothing at all") {
        for (const char* body : {"", "<html>", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} x", "{a:1}",
                                 "{\"a\":1,}", "{\"a\":\"\xff\"}", "{\"a\":01}"}) {
            CAPTURE(std::string(body));
            CHECK(found(body, {"/#/a"}) == "malformed");
        }
        CHECK(found(std::string(33, '[') + std::string(33, ']'), {"/#/a"}) == "malformed");
        CHECK(found("[1,2,3,4]", {"/#/*"}, 3) == "too_large");
        CHECK(found("[1,2,3,4]", {"/#/*"}, 4) == "0[0]=1 0[1]=2 0[2]=3 0[3]=4");
    }

    TEST_CASE("more fields than are looked for at once are all found") {
        std::string body = "{";
        std::vector<std::string> addresses;
        for (int i = 0; i < 100; ++i) {
            body += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":" + std::to_string(i);
            addresses.push_back("/#/f" + std::to_string(i));
        }
        std::vector<const char*> asked;
        for (const std::string& address : addresses)
            asked.push_back(address.c_str());
        const std::string all = found(body + "}", asked);
        CHECK(has(all, "0=0 1=1 2=2"));
        CHECK(has(all, "63=63 64=64 65=65"));
        CHECK(has(all, "99=99"));
    }

    TEST_CASE("a profile makes an Observation of the pages of an access point") {
        std::vector<std::string> paths;
        const ScriptedServer server([&](const Peer& peer) {
            for (std::string request = peer.read_request(); !request.empty();
                 request = peer.read_request()) {
                const std::string path = path_of(request);
                paths.push_back(path);
                if (path == "/api/system") {
                    peer.send(ok_page(R"({"board":{"model":"EX-1","release":"23.05"},"load":37,
                        "memory":{"total":1000,"free":250}})"));
                } else if (path == "/api/wifi") {
                    peer.send(ok_page(R"({"radio0":{"up":true,"config":{"channel":"36","band":"5g"},
                        "clients":[{},{}],"count":2},"radio1":{"up":true,
                        "config":{"channel":"1","band":"2g"},"count":5}})"));
                } else {
                    peer.send(ok_page());
                }
            }
        });
        const std::string seen = observed(R"(
profile: example
vendor: Example
role: access_point
http:
  scalars:
    identity.model: /api/system#/board/model
    identity.firmware: {json: /api/system#/board/release, match: '^(\d+)'}
    system.cpu_ratio: {json: /api/system#/load, unit: percent}
    _total: /api/system#/memory/total
    _free: /api/system#/memory/free
  tables:
    radio:
      key: [name: text]
      name: {index: name}
      band: {json: /api/wifi#/*/config/band, map: {2g: 2.4GHz, 5g: 5GHz}}
      channel: /api/wifi#/*/config/channel
      clients: /api/wifi#/*/count
derive:
  system.memory_ratio: {ratio: {total: _total, free: _free}}
  ap.clients: {sum: radio.clients}
)",
                                          server);
        CAPTURE(seen);
        CHECK(has(seen, R"("model":"EX-1")"));
        CHECK(has(seen, R"("firmware":"23")"));
        CHECK(has(seen, R"("cpu_ratio":0.37)"));
        CHECK(has(seen, R"("memory_ratio":0.75)"));
        CHECK(has(seen, R"("name":"radio0","band":"5GHz","channel":36)"));
        CHECK(has(seen, R"("name":"radio1","band":"2.4GHz","channel":1)"));
        CHECK(has(seen, R"("clients":7)"));
        CHECK(has(seen, R"("problems":[])"));
        CHECK(paths == std::vector<std::string>{"/", "/api/system", "/api/wifi"});
    }

    TEST_CASE("a controller tells of many access points, each with its radios") {
        const ScriptedServer server([&](const Peer& peer) {
            for (std::string request = peer.read_request(); !request.empty();
                 request = peer.read_request()) {
                peer.send(ok_page(path_of(request) == "/aps" ? R"([
                    {"mac":"02:00:00:00:00:01","name":"one","up":1,"radios":[{"ch":36},{"ch":1}]},
                    {"mac":"02:00:00:00:00:02","name":"two","up":0,"radios":[]}])"
                                                             : "hello"));
            }
        });
        const std::string seen = observed(R"(
profile: example
vendor: Example
role: controller
http:
  tables:
    ap:
      key: [ap: number]
      name: /aps#/*/name
      up: {json: /aps#/*/up, map: {1: true, 0: false}}
    radio:
      parent: ap
      key: [ap: number, radio: number]
      name: {index: radio}
      band: {value: 5GHz}
      channel: /aps#/*/radios/*/ch
)",
                                          server);
        CAPTURE(seen);
        CHECK(has(seen, R"("name":"one")"));
        CHECK(has(seen, R"("name":"two")"));
        CHECK(has(seen, R"("channel":36)"));
        CHECK(has(seen, R"("up":true)"));
        CHECK(has(seen, R"("up":false)"));
    }

    TEST_CASE("a page that fails is told for its values, and the others stand") {
        struct Row {
            const char* what;
            std::string reply;
            const char* reason;
        };
        const Row rows[] = {
            {"not found", "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n", "status"},
            {"no JSON", ok_page("<html>"), "malformed"},
            {"too large", ok_page("\"" + std::string(300 << 10, 'x') + "\""), "too_large"},
            {"packed", ok_page("{}", "Content-Encoding: gzip\r\n"), "content"},
            {"a flood of values",
             ok_page("{\"a\":[1" +
                     [] {
                         std::string many;
                         for (int i = 0; i < 100'000; ++i)
                             many += ",1";
                         return many;
                     }() +
                     "]}"),
             "too_large"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.what));
            const ScriptedServer server([&](const Peer& peer) {
                for (std::string request = peer.read_request(); !request.empty();
                     request = peer.read_request()) {
                    const std::string path = path_of(request);
                    peer.send(path == "/bad" ? row.reply : ok_page(R"({"model":"EX-1"})"));
                }
            });
            const std::string seen = observed(R"(
profile: example
role: access_point
http:
  scalars:
    identity.model: /good#/model
    identity.serial: /bad#/serial
  tables:
    radio:
      channel: /bad#/a/*
)",
                                              server);
            CAPTURE(seen);
            CHECK(has(seen, R"("model":"EX-1")"));
            CHECK(has(seen, R"("serial":null)"));
            CHECK(has(seen, "\"reason\":\"" + std::string(row.reason) + "\""));
            CHECK_FALSE(has(seen, R"("channel":)"));
        }
    }

    TEST_CASE("a device that does not answer is asked once, not once for each page") {
        const std::uint16_t port = free_port();
        Checking checking;
        auto ask = std::make_shared<Ask>();
        ask->fields.push_back({.address = "/a#/x", .label = "identity.model"});
        ask->fields.push_back({.address = "/b#/x", .label = "identity.serial"});
        const auto session = checking.open(page("http://127.0.0.1:" + std::to_string(port) + "/"));
        std::optional<Answer> answer;
        session->collect(ask, std::chrono::steady_clock::now() + std::chrono::seconds(5),
                         [&](Answer got) {
                             answer = std::move(got);
                             checking.loop.stop();
                         });
        checking.loop.run_for(std::chrono::seconds(20));
        REQUIRE(answer);
        CHECK(outcome(*answer) == "refused");
        CHECK(checking.requests() == 1);
        CHECK(answer->problems.size() == 2);
    }
}
