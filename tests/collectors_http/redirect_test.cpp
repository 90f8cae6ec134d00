#include "collectors/http/redirect.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>

#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

bool is_private(const char* text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    const bool is_v4 = ::inet_pton(AF_INET, text, &v4->sin_addr) == 1;
    if (!is_v4) REQUIRE(::inet_pton(AF_INET6, text, &v6->sin6_addr) == 1);
    storage.ss_family = is_v4 ? AF_INET : AF_INET6;
    return http::is_private_to_machine(reinterpret_cast<const sockaddr*>(&storage));
}

std::string led_to(const char* from, const char* location, const http::Page& page = {}) {
    const auto first = http::target_of_url(from);
    const auto next = http::follow(*first, *first, location, page);
    return next ? next->url : std::string();
}

http::Settings following(std::string url, unsigned most = 3) {
    http::Settings settings = page(std::move(url));
    settings.redirects.most = most;
    return settings;
}

}  // namespace

TEST_SUITE("collectors/http redirects") {
    TEST_CASE("addresses of this machine, of the link and of groups are told apart") {
        for (const char* address :
             {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1",
              "239.1.1.1", "255.255.255.255", "::1", "::", "fe80::1", "ff02::1", "::ffff:127.0.0.1",
              "::127.0.0.1"}) {
            CAPTURE(address);
            CHECK(is_private(address));
        }
        for (const char* address : {"10.0.0.1", "192.168.1.1", "203.0.113.5", "2001:db8::1",
                                    "fd00::1", "::ffff:10.0.0.1"}) {
            CAPTURE(address);
            CHECK_FALSE(is_private(address));
        }
    }

    TEST_CASE("a redirect is followed at home, in every way it may be written") {
        struct Row {
            const char* location;
            const char* url;
        };
        const Row rows[] = {
            {"/login", "http://10.0.0.1:8080/login"},
            {"login?x=1#top", "http://10.0.0.1:8080/a/login?x=1"},
            {"//10.0.0.1/x", "http://10.0.0.1/x"},
            {"https://10.0.0.1/", "https://10.0.0.1/"},
            {"https://10.0.0.1:8443/x", "https://10.0.0.1:8443/x"},
            {"http://10.0.0.2/", ""},
            {"http://10.0.0.1@10.0.0.2/", ""},
            {"http://10.0.0.1.evil.example/", ""},
            {"http://10.0.0.1x@10.0.0.2/", ""},
            {"http://10.0.0.1%2eevil.example/", ""},
            {"http:\\\\10.0.0.2/", ""},
            {"http://admin:x@10.0.0.1/", ""},
            {"file:///etc/passwd", ""},
            {"gopher://10.0.0.1/", ""},
            {"http:///", ""},
            {"http://[::1/", ""},
            {"/a b", "http://10.0.0.1:8080/a%20b"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.location);
            CHECK(led_to("http://10.0.0.1:8080/a/b", row.location) == row.url);
        }
        CHECK(led_to("http://AP.example/", "http://ap.EXAMPLE/x") == "http://ap.EXAMPLE/x");
    }

    TEST_CASE("another host must be allowed, and TLS is not left") {
        http::Page page;
        page.redirects.hosts = {"portal.example"};
        CHECK(led_to("http://10.0.0.1/", "https://portal.example/x", page) ==
              "https://portal.example/x");
        CHECK(led_to("http://10.0.0.1/", "https://x.portal.example/x", page).empty());
        CHECK(led_to("https://10.0.0.1/", "http://10.0.0.1/", page).empty());
    }

    TEST_CASE("a redirect to another path is followed and the chain is told") {
        const ScriptedServer server([](const Peer& peer) {
            const std::string path = path_of(peer.read_request());
            if (path == "/") peer.send(redirect_to("/one?s3cret"));
            if (path == "/one?s3cret") peer.send(redirect_to("two", 307));
            if (path == "/two") peer.send(ok_page("Selamat datang"));
        });
        Checking checking;
        http::Settings settings = following(server.url());
        settings.body = *http::Pattern::compile("Selamat");
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "ok");
        CHECK(fact(answer, "status") == 200.0);
        CHECK(word(answer, "redirects") == server.url("/one") + " " + server.url("/two"));
        CHECK(server.connections() == 3);
        CHECK(*fact(answer, "phases.connect") > 0);

        settings.redirects.most = 1;
        const Answer cut = checking.check(settings);
        CHECK(outcome(cut) == "redirect");
        CHECK(cut.error->detail ==
              "status 307 is led on more than 1 times, at last to " + server.url("/two"));
    }

    TEST_CASE("a circle ends at the limit") {
        const ScriptedServer server(reply(redirect_to("/")));
        Checking checking;
        CHECK(outcome(checking.check(following(server.url(), 5))) == "redirect");
        CHECK(server.connections() == 6);
    }

    TEST_CASE("a redirect to loopback or another host opens no connection") {
        const ScriptedServer trap(reply(ok_page()));
        const std::string port = std::to_string(trap.port());
        for (const std::string& where :
             {"http://127.0.0.2:" + port + "/", "http://localhost:" + port + "/",
              "http://2130706434:" + port + "/", "http://[::1]:" + port + "/"}) {
            CAPTURE(where);
            const ScriptedServer server(reply(redirect_to(where)));
            Checking checking;
            const Answer answer = checking.check(following(server.url()));
            CHECK(outcome(answer) == "redirect");
            CHECK(fact(answer, "status") == 302.0);
            CHECK(check_success(answer, "status") == 0.0);
        }
        CHECK(trap.connections() == 0);
    }

    TEST_CASE("an allowed name that leads to loopback is not connected to") {
        // The check itself begins at another address of this machine: only that one is home.
        const ScriptedServer trap(reply(ok_page()));
        const ScriptedServer server(
            reply(redirect_to("http://127.0.0.2:" + std::to_string(trap.port()) + "/")));
        Checking checking;
        http::Settings settings = following(server.url());
        settings.redirects.hosts = {"127.0.0.2"};
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "redirect");
        CHECK(answer.error->detail.find("address of this machine") != std::string::npos);
        CHECK(trap.connections() == 0);
    }

    TEST_CASE("what was posted is not sent a second time") {
        std::vector<std::string> requests;
        const ScriptedServer server([&](const Peer& peer) {
            requests.push_back(peer.read_request());
            peer.send(redirect_to("/next", requests.size() == 1 ? 303 : 307));
        });
        Checking checking;
        http::Settings settings = following(server.url(), 1);
        settings.method = http::Method::post;
        settings.send = "a=1";
        CHECK(outcome(checking.check(settings)) == "redirect");
        REQUIRE(requests.size() == 2);
        CHECK(requests[0].starts_with("POST / "));
        CHECK(requests[1].starts_with("GET /next "));
        CHECK(outcome(checking.check(settings)) == "redirect");
        CHECK(requests.size() == 3);
    }
}
