#include <doctest/doctest.h>

#include <boost/asio/ip/tcp.hpp>
#include <ctime>

#include "collectors_http/checking.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

/// A real web server with a page over HTTP and the same over TLS.
class Nginx {
public:
    Nginx() : http_port_(free_port()), tls_port_(free_port()) {
        make_certificate();
        files_.write("www/index.html", "hello");
        files_.write("www/secret", "you may");
        files_.write("users", "admin:{PLAIN}s3cret\n");
        process_.emplace(std::vector<std::string>{"nginx", "-e", "stderr", "-p", files_.path(),
                                                  "-c",
                                                  files_.write("nginx.conf", configuration())});
        eventually([&] { return is_listening(); });
    }

    [[nodiscard]] std::string http(std::string_view path = "/") const {
        return "http://127.0.0.1:" + std::to_string(http_port_) + std::string(path);
    }
    [[nodiscard]] std::string https(std::string_view host = "127.0.0.1",
                                    std::string_view path = "/") const {
        return "https://" + std::string(host) + ":" + std::to_string(tls_port_) + std::string(path);
    }
    [[nodiscard]] std::string certificate() const { return files_.path() + "/cert.pem"; }

private:
    void make_certificate() {
        const Finished made = run(
            {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "30", "-subj", "/CN=ap", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", files_.path() + "/key.pem", "-out", files_.path() + "/cert.pem"});
        REQUIRE(made.status == 0);
    }

    [[nodiscard]] std::string configuration() const {
        std::string text = R"(
daemon off;
master_process off;
pid ROOT/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path ROOT/b;
    proxy_temp_path ROOT/p;
    fastcgi_temp_path ROOT/f;
    uwsgi_temp_path ROOT/u;
    scgi_temp_path ROOT/s;
    root ROOT/www;
    ssl_certificate ROOT/cert.pem;
    ssl_certificate_key ROOT/key.pem;
    ssl_session_cache shared:s:1m;
    server {
        listen 127.0.0.1:HTTP_PORT;
        listen 127.0.0.1:TLS_PORT ssl http2;
        location = /old { return 301 /older; }
        location = /older { return 308 https://127.0.0.1:TLS_PORT/; }
        location = /circle { return 302 /circle; }
        location = /away { return 302 https://198.51.100.1/; }
        location = /secret {
            auth_basic "ap";
            auth_basic_user_file ROOT/users;
        }
        location /resumed {
            if ($ssl_session_reused = 'r') { return 204; }
            return 200;
        }
    }
}
)";
        replace(text, "ROOT", files_.path());
        replace(text, "HTTP_PORT", std::to_string(http_port_));
        replace(text, "TLS_PORT", std::to_string(tls_port_));
        return text;
    }

    static void replace(std::string& text, std::string_view what, std::string_view with) {
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;)
            text.replace(at, what.size(), with);
    }

    [[nodiscard]] bool is_listening() const {
        boost::asio::io_context loop;
        boost::asio::ip::tcp::socket socket(loop);
        boost::system::error_code error;
        socket.connect({boost::asio::ip::address_v4::loopback(), tls_port_}, error);
        return !error;
    }

    TemporaryDirectory files_;
    std::uint16_t http_port_;
    std::uint16_t tls_port_;
    std::optional<Process> process_;
};

/// The days from now until the certificate expires, as the check saw it.
double days_left(const Answer& answer) {
    const std::optional<double> expiry = fact(answer, "certificate_expiry");
    REQUIRE(expiry.has_value());
    return (*expiry - static_cast<double>(std::time(nullptr))) / 86400;
}

}  // namespace

TEST_SUITE("collectors/http with nginx") {
    TEST_CASE("pages and certificates of a real server") {
        SKIP_WITHOUT("nginx");
        SKIP_WITHOUT("openssl");
        const Nginx nginx;
        Checking checking;

        SUBCASE("a page, and a page that is not there") {
            CHECK(outcome(checking.check(page(nginx.http()))) == "ok");
            CHECK(outcome(checking.check(page(nginx.http("/none")))) == "status");
        }
        SUBCASE("a certificate nobody vouches for is refused, and its date is told") {
            const Answer answer = checking.check(page(nginx.https()));
            CHECK(outcome(answer) == "certificate");
            CHECK(check_success(answer, "certificate") == 0.0);
            CHECK(check_success(answer, "status") == std::nullopt);
            CHECK(answer.error->detail.find("self-signed") != std::string::npos);
            CHECK(days_left(answer) == doctest::Approx(30).epsilon(0.01));
        }
        SUBCASE("without verification the page counts, and the date is told") {
            http::Settings settings = page(nginx.https());
            settings.verify = false;
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "ok");
            CHECK(days_left(answer) == doctest::Approx(30).epsilon(0.01));
            CHECK(*fact(answer, "phases.tls") > 0);
            CHECK(check_success(answer, "certificate") == std::nullopt);
        }
        SUBCASE("a certificate that is trusted must be for the name, too") {
            http::Settings settings = page(nginx.https());
            settings.ca_file = nginx.certificate();
            const Answer trusted = checking.check(settings);
            CHECK(outcome(trusted) == "ok");
            CHECK(check_success(trusted, "certificate") == 1.0);
            settings.url = nginx.https("localhost");
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "certificate");
            CHECK(answer.error->detail == "the certificate is for another name");
        }
        SUBCASE("the second check of a device resumes the TLS session and still knows the date") {
            http::Settings settings = page(nginx.https("127.0.0.1", "/resumed"));
            settings.ca_file = nginx.certificate();
            settings.expect = {{200, 204}};
            const std::unique_ptr<Session> session = checking.open(settings);
            CHECK(fact(checking.finish(*session), "status") == 200.0);
            const Answer second = checking.finish(*session);
            CHECK(fact(second, "status") == 204.0);
            CHECK(days_left(second) == doctest::Approx(30).epsilon(0.01));
        }
        SUBCASE("HTTP/2 is spoken where it is asked for, and only in TLS") {
            http::Settings settings = page(nginx.https());
            settings.ca_file = nginx.certificate();
            settings.body = *http::Pattern::compile("^hello$");
            const Answer plain = checking.check(settings);
            CHECK(fact(plain, "http_version") == 1.1);
            settings.http2 = true;
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "ok");
            CHECK(fact(answer, "http_version") == 2.0);
            CHECK(fact(answer, "body_bytes") == 5.0);
            settings.url = nginx.http();
            CHECK(fact(checking.check(settings), "http_version") == 1.1);
        }
        SUBCASE("a chain of redirects into TLS is followed as far as it may be, and told") {
            http::Settings settings = page(nginx.http("/old"));
            settings.ca_file = nginx.certificate();
            CHECK(outcome(checking.check(settings)) == "redirect");
            settings.redirects.most = 3;
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "ok");
            CHECK(word(answer, "redirects") == nginx.http("/older") + " " + nginx.https());
            CHECK(*fact(answer, "phases.tls") > 0);
            settings.url = nginx.http("/circle");
            CHECK(outcome(checking.check(settings)) == "redirect");
            settings.url = nginx.http("/away");
            CHECK(outcome(checking.check(settings)) == "redirect");
        }
        SUBCASE("a password is taken or not") {
            http::Settings settings = page(nginx.https("127.0.0.1", "/secret"));
            settings.ca_file = nginx.certificate();
            CHECK(outcome(checking.check(settings)) == "status");
            settings.login.scheme = http::Login::Scheme::basic;
            settings.login.user = "admin";
            settings.login.secret = Secret("wrong");
            CHECK(outcome(checking.check(settings)) == "auth");
            settings.login.secret = Secret("s3cret");
            CHECK(outcome(checking.check(settings)) == "ok");
            settings.http2 = true;
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        SUBCASE("TLS to a plain port, and plain to a TLS port") {
            http::Settings settings = page("https" + nginx.http().substr(4));
            settings.verify = false;
            CHECK(outcome(checking.check(settings)) == "malformed");
            CHECK(outcome(checking.check(page("http" + nginx.https().substr(5)))) == "status");
        }
    }
}
