#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "collectors/http/redirect.hpp"
#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "fakes/tls_identity.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

http::Login login(http::Login::Scheme scheme, std::string user, std::string secret) {
    http::Login made;
    made.scheme = scheme;
    made.user = std::move(user);
    made.secret = Secret(std::move(secret));
    made.allow_weak = true;
    return made;
}

std::string line_of(const std::string& request, std::string_view name) {
    const std::size_t at = request.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t first = at + name.size() + 4;
    return request.substr(first, request.find("\r\n", first) - first);
}

/// What one request looked like on the wire.
std::string request_of(http::Settings settings, std::string path = "/") {
    std::string request;
    {
        const ScriptedServer server([&](const Peer& peer) {
            request = peer.read_request();
            peer.send(ok_page());
        });
        settings.url = server.url(path);
        Checking checking;
        CHECK(outcome(checking.check(settings)) == "ok");
    }
    return request;
}

sockaddr_in at(const char* text) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    REQUIRE(::inet_pton(AF_INET, text, &address.sin_addr) == 1);
    return address;
}

bool may_connect(const http::Border& border, const char* text) {
    const sockaddr_in address = at(text);
    return http::may_connect(border, reinterpret_cast<const sockaddr*>(&address));
}

}  // namespace

TEST_SUITE("collectors/http access") {
    TEST_CASE("basic and bearer say who we are") {
        http::Settings settings = page("");
        settings.login = login(http::Login::Scheme::basic, "admin", "s3cret");
        CHECK(line_of(request_of(settings), "Authorization") == "Basic YWRtaW46czNjcmV0");
        settings.login = login(http::Login::Scheme::bearer, "", "t0ken");
        CHECK(line_of(request_of(settings), "Authorization") == "Bearer t0ken");
        settings.login = {};
        CHECK(line_of(request_of(settings), "Authorization").empty());
    }

    TEST_CASE("a password is not sent in clear text unless that is allowed") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        http::Settings settings = page(server.url());
        settings.login = login(http::Login::Scheme::basic, "admin", "s3cret");
        settings.login.allow_weak = false;
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "auth");
        CHECK(answer.error->detail.find("clear text") != std::string::npos);
        CHECK(server.connections() == 0);
        CHECK(checking.requests() == 0);
    }

    TEST_CASE("digest never sends the password") {
        std::vector<std::string> requests;
        {
            const ScriptedServer server([&](const Peer& peer) {
                requests.push_back(peer.read_request());
                if (line_of(requests.back(), "Authorization").empty()) {
                    peer.send(
                        "HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm=\"ap\", "
                        "nonce=\"abc\", qop=\"auth\", algorithm=SHA-256\r\n"
                        "Location: /elsewhere\r\nContent-Length: 6\r\n\r\nhello?");
                } else {
                    peer.send(ok_page());
                }
            });
            http::Settings settings = page(server.url());
            settings.login = login(http::Login::Scheme::digest, "admin", "s3cret");
            settings.body = *http::Pattern::compile("^hello$");
            Checking checking;
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        REQUIRE(requests.size() == 2);
        const std::string said = line_of(requests[1], "Authorization");
        CHECK(said.starts_with("Digest "));
        CHECK(said.find("username=\"admin\"") != std::string::npos);
        CHECK(said.find("s3cret") == std::string::npos);
    }

    TEST_CASE("a login that is not taken is told as such, and only when there is one") {
        const ScriptedServer server(
            reply("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"));
        Checking checking;
        http::Settings settings = page(server.url());
        CHECK(outcome(checking.check(settings)) == "status");
        settings.login = login(http::Login::Scheme::basic, "admin", "s3cret");
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "auth");
        CHECK(answer.error->detail.find("s3cret") == std::string::npos);
        CHECK(check_success(answer, "status") == 0.0);
    }

    TEST_CASE("whoever has no valid certificate gets no password") {
        std::vector<std::string> seen;
        const TlsIdentity impostor({});
        const ScriptedServer server(impostor.reply(
            ok_page(), [&](const std::string& request) { seen.push_back(request); }));
        Checking checking;
        http::Settings settings = page("https" + server.url().substr(4));
        settings.login = login(http::Login::Scheme::basic, "admin", "s3cret");
        CHECK(outcome(checking.check(settings)) == "certificate");
        CHECK(seen.empty());
    }

    TEST_CASE("a login goes to the origin of the page and nowhere else") {
        std::vector<std::string> requests;
        std::vector<std::string> astray;
        const ScriptedServer other([&](const Peer& peer) {
            astray.push_back(peer.read_request());
            peer.send(ok_page());
        });
        const ScriptedServer server([&](const Peer& peer) {
            requests.push_back(peer.read_request());
            peer.send(redirect_to(path_of(requests.back()) == "/" ? "/home" : other.url()));
        });
        Checking checking;
        http::Settings settings = page(server.url());
        settings.redirects.most = 3;
        settings.login = login(http::Login::Scheme::basic, "admin", "s3cret");
        CHECK(outcome(checking.check(settings)) == "ok");
        REQUIRE(requests.size() == 2);
        CHECK_FALSE(line_of(requests[1], "Authorization").empty());
        REQUIRE(astray.size() == 1);
        CHECK(line_of(astray[0], "Authorization").empty());
    }

    TEST_CASE("a name can be pinned to an address, and Host and TLS still say the name") {
        const TlsIdentity identity({.name = "DNS:ap.example.id"});
        TemporaryDirectory files;
        std::string request;
        {
            const ScriptedServer server(
                identity.reply(ok_page(), [&](const std::string& text) { request = text; }));
            const std::string port = std::to_string(server.port());
            Checking checking;
            http::Settings settings = page("https://ap.example.id:" + port + "/");
            settings.ca_file = files.write("ca.pem", identity.pem());
            settings.address = "127.0.0.1";
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "ok");
            CHECK(fact(answer, "phases.resolve") == 0.0);
            CHECK(check_success(answer, "certificate_name") == 1.0);
            CHECK(line_of(request, "Host") == "ap.example.id:" + port);
            settings.address = "device";
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        http::Page elsewhere;
        elsewhere.address = "10.0.0.1";
        elsewhere.redirects.hosts = {"portal.example"};
        Device device;
        http::Settings main;
        main.url = "https://ap.example.id/";
        elsewhere.url = main.url;
        const http::Target first = *http::target_of(device, main, elsewhere);
        CHECK(first.peer == "10.0.0.1");
        CHECK(http::follow(first, first, "/x", elsewhere)->pin == "10.0.0.1");
        CHECK(http::follow(first, first, "https://portal.example/", elsewhere)->pin.empty());
    }

    TEST_CASE("a connection is opened to the address that was meant") {
        CHECK(may_connect({.only = "10.0.0.1"}, "10.0.0.1"));
        CHECK_FALSE(may_connect({.only = "10.0.0.1"}, "10.0.0.2"));
        CHECK(may_connect({}, "127.0.0.1"));
        CHECK_FALSE(may_connect({.is_led = true}, "127.0.0.1"));
        CHECK_FALSE(may_connect({.is_led = true, .home = "127.0.0.2"}, "127.0.0.1"));
        CHECK(may_connect({.is_led = true, .home = "127.0.0.1"}, "127.0.0.1"));
        CHECK(may_connect({.is_led = true}, "10.0.0.1"));
        CHECK(may_connect({.only = "10.0.0.1", .is_proxied = true}, "127.0.0.1"));
    }

    TEST_CASE("a check comes from the address it is told, or says that there is none") {
        std::string from;
        const ScriptedServer server([&](const Peer& peer) {
            sockaddr_in address{};
            socklen_t size = sizeof address;
            ::getpeername(peer.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
            from = ::inet_ntoa(address.sin_addr);
            (void)peer.read_request();
            peer.send(ok_page());
        });
        Checking checking;
        http::Settings settings = page(server.url());
        settings.via.source = "127.0.0.77";
        CHECK(outcome(checking.check(settings)) == "ok");
        CHECK(from == "127.0.0.77");
        settings.via.source = "192.0.2.1";
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "local");
        CHECK(answer.error->detail.find("via:") != std::string::npos);
        settings.via = {};
        settings.via.interface = "lo";
        CHECK(outcome(checking.check(settings)) == "ok");
        settings.via.interface = "no-such-if0";
        CHECK(outcome(checking.check(settings)) == "local");
    }

    TEST_CASE("an HTTP proxy is asked for the whole URL, whatever the environment says") {
        std::string request;
        ::setenv("no_proxy", "*", 1);
        {
            const ScriptedServer proxy([&](const Peer& peer) {
                request = peer.read_request();
                peer.send(ok_page());
            });
            Checking checking;
            http::Settings settings = page("http://ap.example.id/status");
            settings.via.proxy = proxy.url().substr(0, proxy.url().size() - 1);
            settings.via.is_proxy_literal = true;
            settings.via.does_proxy_resolve = true;
            settings.headers = {{"X-Ours", "1"}};
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        ::unsetenv("no_proxy");
        CHECK(request.starts_with("GET http://ap.example.id/status HTTP/1.1\r\n"));
    }

    TEST_CASE("a SOCKS proxy is given the name, and its refusals are told apart") {
        struct Row {
            char reply;
            const char* outcome;
        };
        for (const Row row : {Row{0, "ok"}, Row{5, "refused"}, Row{4, "unreachable"},
                              Row{6, "timeout"}, Row{1, "unreachable"}}) {
            CAPTURE(row.outcome);
            std::string asked;
            {
                const ScriptedServer proxy([&](const Peer& peer) {
                    std::array<char, 512> bytes{};
                    (void)::recv(peer.descriptor(), bytes.data(), bytes.size(), 0);
                    peer.send({"\x05\x00", 2});
                    const ssize_t got = ::recv(peer.descriptor(), bytes.data(), bytes.size(), 0);
                    asked.assign(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
                    peer.send(std::string("\x05") + row.reply +
                              std::string("\0\x01\0\0\0\0\0\0", 8));
                    if (row.reply != 0) return;
                    (void)peer.read_request();
                    peer.send(ok_page());
                });
                Checking checking;
                http::Settings settings = page("http://ap.example.id/");
                settings.via.proxy = "socks5h://127.0.0.1:" + std::to_string(proxy.port());
                settings.via.is_proxy_literal = true;
                settings.via.does_proxy_resolve = true;
                CHECK(outcome(checking.check(settings)) == row.outcome);
            }
            CHECK(asked.find("ap.example.id") != std::string::npos);
        }
    }

    TEST_CASE("a proxy that is not there says nothing about the device's own port") {
        Checking checking;
        http::Settings settings = page("http://10.0.0.1/");
        settings.via.proxy = "http://127.0.0.1:" + std::to_string(free_port());
        settings.via.is_proxy_literal = true;
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "unreachable");
        CHECK(answer.error->detail == "the proxy cannot be reached");
    }

    TEST_CASE("version and size of an answer are values") {
        const ScriptedServer old(reply_and_close("HTTP/1.0 200 OK\r\n\r\nhello!"));
        Checking checking;
        const Answer answer = checking.check(page(old.url()));
        CHECK(fact(answer, "http_version") == 1.0);
        CHECK(fact(answer, "body_bytes") == 6.0);
        const ScriptedServer server(reply(ok_page()));
        CHECK(fact(checking.check(page(server.url())), "http_version") == 1.1);
    }
}
