// Passwords, TLS and client certificates, asked by the real curl with certificates of openssl.
#include "exporters/web/front_door.hpp"

#include <doctest/doctest.h>

#include "exporters_web/certificates.hpp"
#include "exporters_web/raw_client.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

// "rahasia", at the least cost.
const std::string hash = "$2y$05$abcdefghijklmnopqrstuunQNRCFXsNscCklVsd3RadW5c/xYLRyK";

config::WebConfig with_user() {
    config::WebConfig config;
    config.users["prometheus"] = hash;
    return config;
}

std::vector<HttpRoute> metrics() {
    return {answering("GET", "/metrics", "pantau_ap_up 1\n")};
}

/// A server behind a door. Its gate is closed before the loop goes.
class DoorServer {
public:
    explicit DoorServer(const config::WebConfig& config)
        : running_([&](boost::asio::io_context& loop) { return options(config, loop); },
                   metrics()) {}
    ~DoorServer() {
        running_.end();
        gate_->close();
    }
    [[nodiscard]] RunningServer& server() { return running_; }
    [[nodiscard]] web::FrontDoor& door() { return *door_; }
    /// Status and exit code of curl, with `more` of its arguments.
    std::string ask(std::vector<std::string> more, const std::string& scheme = "http") {
        std::vector<std::string> arguments{"curl", "-s",        "-m", "20",
                                           "-o",   "/dev/null", "-w", "%{http_code}"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back(scheme + "://" + running_.address() + "/metrics");
        return run(std::move(arguments)).out;
    }

private:
    web::ListenOptions options(const config::WebConfig& config, boost::asio::io_context& loop) {
        auto rules = web::make_door_rules(config);
        INFO((rules ? "" : rules.error().detail));
        REQUIRE(rules);
        gate_ = std::make_shared<web::LoopGate>(loop);
        door_ = std::make_shared<web::FrontDoor>(*rules, gate_);
        web::ListenOptions made = any_port();
        made.door = door_;
        return made;
    }

    std::shared_ptr<web::LoopGate> gate_;
    std::shared_ptr<web::FrontDoor> door_;
    RunningServer running_;
};

config::WebConfig with_tls(const Certificates& made, const std::string& name = "server") {
    config::WebConfig config;
    config.tls = config::WebTls{};
    config.tls->cert_file = made.in(name + ".pem");
    config.tls->key_file = made.in(name + ".key");
    return config;
}

}  // namespace

TEST_SUITE("exporters/web/front_door") {
    TEST_CASE("a bcrypt hash fits its password and no other") {
        CHECK(web::fits_hash(Secret("rahasia"), hash));
        CHECK_FALSE(web::fits_hash(Secret("rahasiA"), hash));
        CHECK_FALSE(web::fits_hash(Secret(""), hash));
        CHECK_FALSE(web::fits_hash(Secret(std::string("rahasia\0x", 9)), hash));
        CHECK_FALSE(web::fits_hash(Secret(std::string(600, 'x')), hash));
    }

    TEST_CASE("a login is taken apart as RFC 7617 has it") {
        struct Row {
            std::string header;
            std::string user;
            std::string password;
        };
        const Row good[] = {{"Basic cHJvbWV0aGV1czpyYWhhc2lh", "prometheus", "rahasia"},
                            {"bAsIc  YTpiOmM=", "a", "b:c"},
                            {"Basic Og==", "", ""}};
        for (const Row& row : good) {
            CAPTURE(row.header);
            const auto login = web::parse_basic_auth(row.header);
            REQUIRE(login);
            CHECK(login->user == row.user);
            CHECK(login->password.reveal() == row.password);
        }
        for (const char* header : {"", "Basic", "Basic ", "Basic =", "Basic ====", "Basic YQ==",
                                   "Bearer YTpi", "Basic YTpi\x01", "Basic YTp", "Basic !!!!"}) {
            CAPTURE(header);
            CHECK_FALSE(web::parse_basic_auth(header));
        }
    }

    TEST_CASE("only the right user with the right password comes in, and is remembered") {
        SKIP_WITHOUT("curl");
        DoorServer guarded(with_user());
        CHECK(guarded.ask({}) == "401");
        CHECK(guarded.ask({"-u", "prometheus:wrong"}) == "401");
        CHECK(guarded.ask({"-u", "nobody:rahasia"}) == "401");
        CHECK(guarded.door().rules()->passwords->remembered() == 0);
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "200");
        CHECK(guarded.door().rules()->passwords->remembered() == 1);
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "200");
        CHECK(guarded.door().counters().logins_failed == 2);
        const std::string answer =
            ask_raw(guarded.server().address(), "GET /metrics HTTP/1.0\r\n\r\n");
        CHECK(header_of(answer, "WWW-Authenticate") == R"(Basic realm="pantau", charset="UTF-8")");
        CHECK(body_of(answer).find("pantau_ap_up") == std::string::npos);
    }

    TEST_CASE("an address that nobody listens to is as closed as one that is there") {
        DoorServer guarded(with_user());
        for (const char* path : {"/metrics", "/nowhere", "/-/healthy"}) {
            const std::string request =
                "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            CHECK(status_of(ask_raw(guarded.server().address(), request)) == 401);
        }
    }

    TEST_CASE("a source that guesses is refused, its right guess too; others are not") {
        SKIP_WITHOUT("curl");
        DoorServer guarded(with_user());
        const std::vector<std::string> from{"--interface", "127.0.0.2", "-u"};
        const auto guess = [&](const std::string& login) {
            auto arguments = from;
            arguments.push_back(login);
            return guarded.ask(arguments);
        };
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "200");
        for (int i = 0; i < 10; ++i)
            CHECK(guess("prometheus:wrong") == "401");
        CHECK(guess("prometheus:rahasia") == "429");
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "200");
        CHECK(guarded.door().counters().logins_throttled == 1);
        CHECK(guarded.door().counters().logins_failed == 10);
    }

    TEST_CASE("a connection that came in goes on while its source is refused") {
        DoorServer guarded(with_user());
        const std::string login = "GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ";
        const std::string right = login + "cHJvbWV0aGV1czpyYWhhc2lh\r\n\r\n";
        const std::string wrong = login + "cHJvbWV0aGV1czp3cm9uZw==\r\n\r\n";
        RawClient scraper(guarded.server().address());
        scraper.send(right);
        CHECK(status_of(scraper.read_answer()) == 200);
        RawClient guesser(guarded.server().address());
        int refused_at = 0;
        for (int i = 1; i <= 12 && refused_at == 0; ++i) {
            guesser.send(wrong);
            if (status_of(guesser.read_answer()) == 429) refused_at = i;
        }
        CHECK(refused_at == 11);
        guesser.send(right);
        const std::string answer = guesser.read_answer();
        CHECK(status_of(answer) == 429);
        CHECK(header_of(answer, "Retry-After") == "5");
        scraper.send(right);
        CHECK(status_of(scraper.read_answer()) == 200);
    }

    TEST_CASE("new rules count at once, and what was remembered is gone") {
        SKIP_WITHOUT("curl");
        DoorServer guarded(with_user());
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "200");
        config::WebConfig other;
        other.users["somebody"] = hash;
        guarded.door().set(web::make_door_rules(other).value());
        CHECK(guarded.ask({"-u", "prometheus:rahasia"}) == "401");
        CHECK(guarded.ask({"-u", "somebody:rahasia"}) == "200");
    }

    TEST_CASE("an address that others can reach is refused unless somebody asks, or it is meant") {
        boost::asio::io_context loop;
        web::ListenOptions options;
        options.address = "0.0.0.0:0";
        const auto refused = web::WebServer::listen(loop, options, metrics());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().detail.find("web.insecure: true") != std::string::npos);
        options.insecure = true;
        CHECK(web::WebServer::listen(loop, options, metrics()));
        options.insecure = false;
        options.door = std::make_shared<web::FrontDoor>(web::make_door_rules(with_user()).value(),
                                                        std::make_shared<web::LoopGate>(loop));
        CHECK(web::WebServer::listen(loop, options, metrics()));
    }

    TEST_CASE("TLS from version 1.2 on, with the certificate of the file") {
        SKIP_WITHOUT("curl");
        SKIP_WITHOUT("openssl");
        const Certificates made;
        made.sign("server", "IP:127.0.0.1");
        auto config = with_tls(made);
        config.headers.emplace_back("Strict-Transport-Security", "max-age=60");
        DoorServer guarded(config);
        const std::vector<std::string> trust{"--cacert", made.in("ca.pem")};
        const auto ask = [&](std::initializer_list<std::string> more) {
            auto arguments = trust;
            arguments.insert(arguments.end(), more);
            return guarded.ask(arguments, "https");
        };
        CHECK(ask({}) == "200");
        CHECK(ask({"--tls-max", "1.2"}) == "200");
        CHECK(ask({"--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"}) == "000");
        CHECK(guarded.ask({}, "http") == "000");
        CHECK(eventually(
            [&] { return guarded.server().server().counters().handshake_failures == 2; }));
        const Finished head = run({"curl", "-s", "-I", "--cacert", made.in("ca.pem"),
                                   "https://" + guarded.server().address() + "/metrics"});
        CHECK(head.out.find("Strict-Transport-Security: max-age=60") != std::string::npos);
    }

    TEST_CASE(
        "a client is let in by its certificate: signed by us, in time, with an allowed name") {
        SKIP_WITHOUT("curl");
        SKIP_WITHOUT("openssl");
        const Certificates made;
        const Certificates others;
        made.sign("server", "IP:127.0.0.1");
        made.sign("scraper", "DNS:prometheus.example.id");
        made.sign("address", "IP:10.0.0.9");
        made.sign("wrong", "DNS:grafana.example.id");
        made.sign("expired", "DNS:prometheus.example.id", -1);
        others.sign("foreign", "DNS:prometheus.example.id");
        auto config = with_tls(made);
        config.tls->client_auth = config::ClientAuth::require_and_verify;
        config.tls->client_ca_file = made.in("ca.pem");
        config.tls->client_allowed_sans = {"prometheus.example.id", "10.0.0.9"};
        DoorServer guarded(config);
        const auto ask = [&](const Certificates& from, const std::string& name) {
            return guarded.ask({"--cacert", made.in("ca.pem"), "--cert", from.in(name + ".pem"),
                                "--key", from.in(name + ".key")},
                               "https");
        };
        CHECK(ask(made, "scraper") == "200");
        CHECK(ask(made, "address") == "200");
        CHECK(ask(made, "wrong") == "000");
        CHECK(ask(made, "expired") == "000");
        CHECK(ask(others, "foreign") == "000");
        CHECK(guarded.ask({"--cacert", made.in("ca.pem")}, "https") == "000");
    }

    TEST_CASE("who says nothing in a handshake is closed in time") {
        SKIP_WITHOUT("openssl");
        const Certificates made;
        made.sign("server", "IP:127.0.0.1");
        const auto rules = web::make_door_rules(with_tls(made)).value();
        web::ListenOptions options = any_port();
        options.header_time = 100ms;
        boost::asio::io_context unused;
        options.door =
            std::make_shared<web::FrontDoor>(rules, std::make_shared<web::LoopGate>(unused));
        RunningServer running(options, metrics());
        RawClient silent(running.address());
        RawClient half(running.address());
        half.send(std::string("\x16\x03\x01\x02\0\x01", 6));
        CHECK(silent.is_closed());
        CHECK(half.is_closed());
        CHECK(eventually([&] { return running.server().counters().timed_out == 2; }));
    }

    TEST_CASE("a certificate and a key that do not belong together are told") {
        SKIP_WITHOUT("openssl");
        const Certificates made;
        made.sign("server", "IP:127.0.0.1");
        made.sign("other", "IP:127.0.0.1");
        auto config = with_tls(made);
        config.tls->key_file = made.in("other.key");
        const auto refused = web::make_door_rules(config);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().detail.find("other.key: this is not the key of") !=
              std::string::npos);
        config = with_tls(made);
        config.tls->cert_file = made.files.write("broken.pem", "no certificate\n");
        CHECK(web::make_door_rules(config).error().detail.find("broken.pem") != std::string::npos);
    }

    TEST_CASE("a source has its own tokens; they come back, and the table stays small") {
        const MonoTime start{};
        web::SourceBuckets buckets({.burst = 2, .per_second = 0.5, .sources = 3});
        CHECK(buckets.take("a", start));
        CHECK(buckets.take("a", start));
        CHECK_FALSE(buckets.take("a", start));
        CHECK(buckets.wait_of("a", start) == 2s);
        CHECK(buckets.take("b", start));
        CHECK_FALSE(buckets.take("a", start + 1s));
        CHECK(buckets.take("a", start + 2s));
        buckets.give_back("a", start + 2s);
        CHECK(buckets.take("a", start + 2s));
        for (const char* source : {"c", "d", "e", "f"})
            CHECK(buckets.take(source, start + 3s));
        CHECK(buckets.size() <= 3);
    }

    TEST_CASE("all addresses of an IPv6 machine, and all processes of a user, are one source") {
        CHECK(web::source_of("10.0.0.1:5") == "10.0.0.1");
        CHECK(web::source_of("[2001:db8:1:2::3]:5") == "2001:db8:1:2::/64");
        CHECK(web::source_of("[2001:db8:1:2:ffff::9]:7") == "2001:db8:1:2::/64");
        CHECK(web::source_of("[::ffff:10.0.0.1]:5") == "10.0.0.1");
        CHECK(web::source_of("uid=7 gid=8 pid=9") == "uid=7");
    }

    TEST_CASE("a source that opens too many connections is refused, others are not") {
        web::ListenOptions options = any_port();
        options.are_own_arrivals_free = false;
        options.arrivals_at_once = 3;
        options.arrivals_per_second = 0.001;
        options.address = ":0";
        options.insecure = true;
        RunningServer running(options, metrics());
        const std::string port = running.address().substr(running.address().rfind(':'));
        const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
        for (int i = 0; i < 3; ++i)
            CHECK(status_of(ask_raw("127.0.0.1" + port, request)) == 200);
        CHECK(RawClient("127.0.0.1" + port).is_closed());
        CHECK(running.server().counters().throttled == 1);
        CHECK(status_of(ask_raw("[::1]" + port, request)) == 200);
    }
}
