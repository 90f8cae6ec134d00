// Pages behind a login, from the wire to the Observation, by the profiles that are shipped.
#include <doctest/doctest.h>

#include "collectors/http/kind.hpp"
#include "collectors/http/placeholder.hpp"
#include "collectors/http/web_session.hpp"
#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "fakes/tls_identity.hpp"
#include "fakes/web_api.hpp"
#include "model/observation_json.hpp"
#include "normalise/normalise.hpp"
#include "normalise/profile_set.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A device that is visited by a profile, again and again.
class Visited {
public:
    Visited(const std::string& profile_text, const http::Settings& settings) {
        const TemporaryDirectory files;
        files.write("example.yml", profile_text);
        files.write("generic.yml", "profile: generic\nrole: other\n");
        const CollectorKind* const kinds[] = {&http_kind()};
        config::Diagnostics diagnostics;
        const auto profiles = ProfileSet::load({files.path()}, kinds, diagnostics);
        std::ostringstream words;
        diagnostics.print(words, false);
        REQUIRE_MESSAGE(diagnostics.errors() == 0, words.str());
        for (const std::string& name : profiles->names())
            if (name != "generic") profile_ = profiles->find(name);
        REQUIRE(profile_);
        session_ = checking_.open(settings);
    }

    /// The Observation as JSON.
    std::string visit() {
        answer = {};
        std::optional<Answer> got;
        session_->collect(profile_->ask("http"),
                          std::chrono::steady_clock::now() + std::chrono::seconds(10),
                          [&](Answer arrived) {
                              got = std::move(arrived);
                              checking_.loop.stop();
                          });
        checking_.loop.restart();
        checking_.loop.run_for(std::chrono::seconds(20));
        REQUIRE(got);
        answer = std::move(*got);
        Device device;
        device.id = "unifi";
        device.address = "127.0.0.1";
        const Observation seen = normalise(device, profile_.get(), std::span(&answer, 1), {}, {});
        return observation_json(seen, device, Health{});
    }

    Answer answer;

private:
    Checking checking_;
    std::shared_ptr<const Profile> profile_;
    std::unique_ptr<Session> session_;
};

std::string shipped(const std::string& name) {
    return read_file(PANTAU_SOURCE_DIR "/etc/profiles/" + name + ".yml");
}

http::Settings behind_login(std::string url, std::string_view password) {
    http::Settings settings = page(std::move(url));
    settings.login.scheme = http::Login::Scheme::session;
    settings.login.user = "pantau";
    settings.login.secret = Secret(std::string(password));
    settings.login.allow_weak = true;
    return settings;
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t times = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++times;
    return times;
}

}  // namespace

TEST_SUITE("collectors/http sessions") {
    TEST_CASE("a controller behind a login tells of all its access points, and one login lasts") {
        FakeUnifi unifi(30);
        const ScriptedServer server(serving_api(unifi.answer()));
        Visited controller(shipped("unifi-controller"),
                           behind_login(server.url("/status"), FakeUnifi::password));
        for (int visit = 0; visit < 3; ++visit) {
            const std::string seen = controller.visit();
            CAPTURE(seen);
            CHECK(has(seen, R"("problems":[])"));
            CHECK(count(seen, R"("name":"titik-)") == 30);
            CHECK(has(seen, R"("clients":465)"));  // 1 + 2 + … + 30
            CHECK(has(seen, R"("firmware":"8.0.28")"));
        }
        CHECK(unifi.logins == 1);
        CHECK(unifi.denied == 0);
    }

    TEST_CASE("a session that has ended is opened anew in the same visit") {
        FakeUnifi unifi(2);
        const ScriptedServer server(serving_api(unifi.answer()));
        Visited controller(shipped("unifi-controller"),
                           behind_login(server.url("/status"), FakeUnifi::password));
        CHECK(has(controller.visit(), R"("problems":[])"));
        unifi.forget_sessions();
        const std::string seen = controller.visit();
        CHECK(has(seen, R"("problems":[])"));
        CHECK(has(seen, R"("name":"titik-1")"));
        CHECK(unifi.logins == 2);
        CHECK(unifi.denied == 1);
    }

    TEST_CASE("a session that never lasts costs two logins, then one in a visit at most") {
        FakeUnifi unifi(2);
        unifi.forgets_after_login = true;
        const ScriptedServer server(serving_api(unifi.answer()));
        Visited controller(shipped("unifi-controller"),
                           behind_login(server.url("/status"), FakeUnifi::password));
        for (int visit = 0; visit < 3; ++visit)
            CHECK(has(controller.visit(), R"("reason":"auth")"));
        CHECK(unifi.logins == 2);
        unifi.forgets_after_login = false;
    }

    TEST_CASE("a wrong password is tried once, not in every visit, and is shown nowhere") {
        FakeUnifi unifi(2);
        const ScriptedServer server(serving_api(unifi.answer()));
        Visited controller(shipped("unifi-controller"),
                           behind_login(server.url("/status"), "canary"));
        for (int visit = 0; visit < 3; ++visit) {
            const std::string seen = controller.visit();
            CAPTURE(seen);
            CHECK(outcome(controller.answer) == "auth");
            CHECK(has(seen, R"("reason":"auth")"));
            CHECK_FALSE(has(seen, "canary"));
            if (!controller.answer.ladder) continue;
            for (const Rung& rung : controller.answer.ladder->rungs)
                CHECK_FALSE(has(rung.expected + rung.came, "canary"));
        }
        CHECK(unifi.logins == 1);
    }

    TEST_CASE("a login goes over TLS that is verified, unless somebody says otherwise") {
        FakeUnifi unifi(1);
        const TlsIdentity identity(TlsIdentity::Wish{});
        const ScriptedServer server(identity.serving_api(unifi.answer()));
        const TemporaryDirectory folder;
        http::Settings settings = behind_login(
            "https://127.0.0.1:" + std::to_string(server.port()) + "/status", FakeUnifi::password);
        settings.login.allow_weak = false;
        settings.verify = false;
        CHECK(has(Visited(shipped("unifi-controller"), settings).visit(), R"("reason":"auth")"));
        CHECK(unifi.logins == 0);
        settings.verify = true;
        settings.ca_file = folder.write("ca.pem", identity.pem());
        const std::string seen = Visited(shipped("unifi-controller"), settings).visit();
        CHECK(has(seen, R"("problems":[])"));
        CHECK(has(seen, R"("name":"titik-0")"));
        CHECK(unifi.logins == 1);
    }

    TEST_CASE("without a login the words say what to give") {
        FakeUnifi unifi(1);
        const ScriptedServer server(serving_api(unifi.answer()));
        const std::string seen =
            Visited(shipped("unifi-controller"), page(server.url("/status"))).visit();
        CHECK(has(seen, R"("reason":"auth")"));
        CHECK(has(seen, "scheme: session"));
        CHECK(unifi.logins == 0);
    }

    TEST_CASE(
        "ubus: calls by POST, one for each radio, and an ended session is known by its words") {
        FakeUbus ubus;
        const ScriptedServer server(serving_api(ubus.answer()));
        Visited device(shipped("openwrt-ubus"), behind_login(server.url(), FakeUbus::password));
        for (int visit = 0; visit < 2; ++visit) {
            const std::string seen = device.visit();
            CAPTURE(seen);
            CHECK(has(seen, R"("problems":[])"));
            CHECK(has(seen, R"("model":"Example WR-1")"));
            CHECK(has(seen, R"("name":"phy0-ap0","band":"2.4GHz","channel":6)"));
            CHECK(has(seen, R"("clients":2)"));
            ubus.forget_sessions();
        }
        CHECK(ubus.logins == 2);
        Visited wrong(shipped("openwrt-ubus"), behind_login(server.url(), "wrong"));
        CHECK(has(wrong.visit(), R"("reason":"auth")"));
        CHECK(has(wrong.visit(), R"("reason":"auth")"));
        CHECK(ubus.logins == 3);
    }

    TEST_CASE("a list in pieces is read to its end, and its rows are counted through") {
        std::vector<std::string> paths;
        const ScriptedServer server(serving_api([&](const ApiRequest& request) {
            paths.push_back(request.path);
            if (request.path == "/aps?page=1&size=2")
                return json_page(R"({"total":3,"list":[{"n":"one"},{"n":"two"}]})");
            if (request.path == "/aps?page=2&size=2")
                return json_page(R"({"total":3,"list":[{"n":"three"}]})");
            return json_page("{}");
        }));
        Visited controller(R"(
profile: example
role: controller
http:
  pages:
    aps: {path: "/aps?page={page}&size={size}", paging: {size: 2, total: /total}}
  tables:
    ap:
      key: [ap: number]
      id: {index: ap}
      name: aps#/list/*/n
)",
                           page(server.url()));
        const std::string seen = controller.visit();
        CAPTURE(seen);
        for (const char* const part :
             {R"("name":"one","id":"0")", R"("name":"two","id":"1")", R"("name":"three","id":"2")"})
            CHECK(has(seen, part));
        CHECK(paths == std::vector<std::string>{"/", "/aps?page=1&size=2", "/aps?page=2&size=2"});
    }

    TEST_CASE("a page over its limit is told, and the others stand") {
        const ScriptedServer server(serving_api([](const ApiRequest& request) {
            return json_page(request.path == "/big" ? "\"" + std::string(5000, 'x') + "\""
                                                    : R"({"model":"EX-1"})");
        }));
        const std::string seen = Visited(R"(
profile: example
role: access_point
http:
  pages:
    small: {path: /small}
    big: {path: /big, max_body: 4096}
  scalars:
    identity.model: small#/model
    identity.serial: big#/serial
)",
                                         page(server.url()))
                                     .visit();
        CHECK(has(seen, R"("model":"EX-1")"));
        CHECK(has(seen, R"("reason":"too_large")"));
    }

    TEST_CASE("a value cannot leave its place in a request") {
        const auto lookup = [](std::string_view name) -> std::optional<std::string_view> {
            if (name == "bad") return "a\"/../?\\\r\n x";
            return std::nullopt;
        };
        using http::Place;
        CHECK(http::filled("/s/{bad}", Place::path, lookup) == "/s/a%22%2F..%2F%3F%5C%0D%0A%20x");
        CHECK(http::filled(R"({"a": {"b": "{bad}"}})", Place::json, lookup) ==
              R"({"a": {"b": "a\"/../?\\\u000D\u000A x"}})");
        CHECK_FALSE(http::filled("{bad}", Place::header, lookup));
        CHECK_FALSE(http::filled("/{missing}", Place::path, lookup));
        CHECK(http::filled("{}{A}{ }", Place::json, lookup) == "{}{A}{ }");
    }

    TEST_CASE("refused logins wait 5 minutes, twice as long each time, an hour at most") {
        http::LoginLimit limit;
        MonoTime now{std::chrono::hours(1)};
        CHECK(limit.may_try(now));
        for (const int minutes : {5, 10, 20, 40, 60, 60}) {
            limit.refused(now);
            now += std::chrono::minutes(minutes);
            CHECK_FALSE(limit.may_try(now - std::chrono::seconds(1)));
            CHECK(limit.may_try(now));
        }
        limit.accepted();
        limit.refused(now);
        CHECK(limit.may_try(now + std::chrono::minutes(5)));
    }

    TEST_CASE("what a profile gets wrong about its pages is told when it is read") {
        struct Row {
            const char* section;
            const char* words;
        };
        const Row rows[] = {
            {"pages: {a: {path: \"/{token}\"}}", "nothing is known here for {token}"},
            {"pages: {a: {path: \"/{password}\"}}", "nothing is known here for {password}"},
            {"pages: {a: {path: /x, send: \"{password}\"}}", "nothing is known here for"},
            {"pages: {a: {path: x}}", "no path of a page"},
            {"pages: {a: {path: /x, each: \"b#/*\"}}", "declared before this one"},
            {"pages: {a: {path: /x, paging: {size: 5}}}", "knows that there is more"},
            {"session: {login: [{path: /l}]}", "a session without pages"},
            {"scalars: {identity.model: \"nowhere#/model\"}", "no page \"nowhere\""},
            {"pages: {a: {path: /x}}\n  tables: {radio: {channel: \"a#/x\"}}",
             "where its rows are"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.section));
            const TemporaryDirectory files;
            files.write("example.yml",
                        "profile: example\nrole: router\nhttp:\n  " + std::string(row.section));
            const CollectorKind* const kinds[] = {&http_kind()};
            config::Diagnostics diagnostics;
            (void)ProfileSet::load({files.path()}, kinds, diagnostics);
            std::ostringstream words;
            diagnostics.print(words, false);
            CHECK_MESSAGE(has(words.str(), row.words), words.str());
        }
    }
}
