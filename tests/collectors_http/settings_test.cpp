#include "collectors/http/settings.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "collectors/http/kind.hpp"
#include "collectors/http/target.hpp"
#include "config/yaml_reader.hpp"
#include "support/process.hpp"

using namespace pantau;
using pantau::test::TemporaryDirectory;

namespace {

struct Read {
    std::shared_ptr<const http::Settings> settings;
    std::string messages;
};

Read read(std::string yaml) {
    auto source = std::make_shared<config::Source>(config::Source{"pantau.yml", std::move(yaml)});
    config::Diagnostics diagnostics;
    Read result;
    if (const std::optional<config::Node> node = config::parse_yaml(source, diagnostics)) {
        result.settings = std::dynamic_pointer_cast<const http::Settings>(
            http_kind().read_settings(*node, diagnostics));
    }
    std::ostringstream words;
    diagnostics.print(words, false);
    result.messages = words.str();
    return result;
}

std::string with_secret(std::string yaml, const std::string& file) {
    const std::size_t at = yaml.find("SECRET");
    if (at != std::string::npos) yaml.replace(at, 6, file);
    return yaml;
}

}  // namespace

TEST_SUITE("collectors/http settings") {
    TEST_CASE("a full node is read") {
        const Read got = read(
            "path: /status\nscheme: https\nport: 8443\nexpect: [200, 3xx]\nmethod: HEAD\n"
            "timeout: 500ms\nverify: false\nmax_body: 1000\n");
        REQUIRE_MESSAGE(got.settings, got.messages);
        CHECK(got.settings->path == "/status");
        CHECK(got.settings->scheme == "https");
        CHECK(got.settings->port == 8443);
        CHECK(got.settings->expects(302));
        CHECK_FALSE(got.settings->expects(404));
        CHECK(got.settings->method == http::Method::head);
        CHECK(got.settings->timeout == Duration(std::chrono::milliseconds(500)));
        CHECK_FALSE(got.settings->verify);
        CHECK(got.settings->body_most == 1000);
    }

    TEST_CASE("mistakes are told where they are") {
        const TemporaryDirectory files;
        const std::string secret = files.write("secret", "s3cret\n");
        struct Row {
            const char* yaml;
            const char* message;
        };
        const Row rows[] = {
            {"url: http://admin:s3cret@10.0.0.1/\n", "user name or password"},
            {"url: ftp://10.0.0.1/\n", "only http and https"},
            {"url: 10.0.0.1\n", "no URL"},
            {"url: http:///x\n", "no host"},
            {"url: http://10.0.0.1:99999/\n", "URL"},
            {"url: http://10.0.0.1/\npath: /x\n", "already says"},
            {"path: status\n", "no path"},
            {"path: \"/a b\"\n", "no path"},
            {"expect: 99\n", "no HTTP status"},
            {"expect: [200, 2x]\n", "no HTTP status"},
            {"expect: []\n", "no status is expected"},
            {"method: DELETE\n", "method"},
            {"expect: 300-200\n", "no HTTP status"},
            {"send: x\n", "only a POST"},
            {"headers: [a]\n", "map of names"},
            {"headers: {\"a b\": x}\n", "no name of a header"},
            {"headers: {A: \"x\\r\\nB: y\"}\n", "no value of a header"},
            {"headers: {Content-Length: 5}\n", "pantau's own"},
            {"headers: {authorization: Basic s3cret}\n", "clear text"},
            {"redirects: 11\n", "redirects"},
            {"redirects: {hosts: [http://x/]}\n", "a host is a name"},
            {"address: ap.example.id\n", "no address"},
            {"via: {source: eth0}\n", "no address"},
            {"via: {interface: \"a b\"}\n", "no name of an interface"},
            {"via: {proxy: \"10.0.0.1:1080\"}\n", "no proxy"},
            {"via: {proxy: \"socks5://admin:s3cret@10.0.0.1\"}\n", "no proxy"},
            {"via: {source: 10.0.0.1, interface: eth0}\n", "both source and interface"},
            {"http_version: 3\n", "http_version"},
            {"auth: {scheme: ntlm}\n", "ntlm"},
            {"auth: {user: x, password_file: SECRET}\n", "needs a scheme"},
            {"auth: {scheme: basic, user: x}\n", "password_file"},
            {"scheme: https\nauth: {scheme: basic, user: x, password: s3cret}\n", "does not stand"},
            {"scheme: https\nauth: {scheme: basic, user: \"a:b\", password_file: SECRET}\n",
             "no user name"},
            {"scheme: http\nauth: {scheme: basic, user: x, password_file: SECRET}\n",
             "in clear text"},
            {"scheme: https\nverify: false\nauth: {scheme: bearer, token_file: SECRET}\n",
             "in clear text"},
            {"scheme: https\nauth: {scheme: bearer, token_file: SECRET}\n"
             "checks: {plain: {scheme: http}}\n",
             "in clear text"},
            {"body: \"(\"\n", "no regular expression"},
            {"body: {matches: \"(?=x)\"}\n", "no regular expression"},
            {"body: {matches: \"((a{1000}){1000})\"}\n", "no regular expression"},
            {"body: x\nmethod: HEAD\n", "no body to look into"},
            {"json: []\n", "no test"},
            {"json: {at: status}\n", "no place in a JSON body"},
            {"json: {equals: ok}\n", "at"},
            {"json: {at: /a, equals: 1, above: 0}\n", "one thing"},
            {"json: {at: /a, above: much}\n", "above"},
            {"checks: [login]\n", "map of names"},
            {"checks: {\"a b\": {path: /}}\n", "no name of a check"},
            {"checks: {certificate: {path: /}}\n", "pantau's own"},
            {"checks: {login: {path: /, timeout: 1s}}\n", "timeout"},
            {"checks: {login: {path: x}}\n", "no path"},
            {"timeout: 1h\n", "not usable"},
            {"port: 0\n", "port"},
            {"expct: 200\n", "expct"},
            {"ca_file: /no/such/file.pem\n", "cannot be read"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.yaml));
            const Read got = read(with_secret(row.yaml, secret));
            CHECK(got.settings == nullptr);
            CAPTURE(got.messages);
            CHECK(got.messages.find(row.message) != std::string::npos);
            CHECK(got.messages.find("pantau.yml:") != std::string::npos);
        }
    }

    TEST_CASE("the column holds a full URL and keeps the rest of the group's settings") {
        http::Settings group;
        group.path = "/group";
        group.expect = {{401, 401}};
        const auto read = http_kind().read_column("https://ap.example:8443/x", &group);
        REQUIRE(read.has_value());
        const auto& settings = dynamic_cast<const http::Settings&>(**read);
        CHECK(settings.url == "https://ap.example:8443/x");
        CHECK(settings.expects(401));
        const auto alone = http_kind().read_column("http://[::1]/", nullptr);
        REQUIRE(alone.has_value());
        CHECK_FALSE((*alone)->equals(group));
        CHECK((*alone)->equals(**http_kind().read_column("http://[::1]/", nullptr)));
    }

    TEST_CASE("login, way and address are read, and a check takes over what is meant for it") {
        const TemporaryDirectory files;
        const std::string secret = files.write("secret", "s3cret\n");
        const Read got = read(with_secret(
            "url: https://ap.example.id/\naddress: device\nhttp_version: 2\n"
            "auth: {scheme: basic, user: admin, password_file: SECRET}\n"
            "via: {source: 10.73.8.2, proxy: \"socks5h://10.73.8.1:1080\"}\n"
            "checks: {beside: {path: /x}, elsewhere: {url: \"https://other.example.id/\"}}\n",
            secret));
        REQUIRE_MESSAGE(got.settings, got.messages);
        CHECK(got.settings->login.scheme == http::Login::Scheme::basic);
        CHECK(got.settings->login.user == "admin");
        CHECK(got.settings->login.secret.reveal() == "s3cret");
        CHECK(got.settings->via.source == "10.73.8.2");
        CHECK(got.settings->via.proxy == "socks5h://10.73.8.1:1080");
        CHECK(got.settings->via.is_proxy_literal);
        CHECK(got.settings->via.does_proxy_resolve);
        CHECK(got.settings->http2);
        CHECK(got.settings->address == "device");
        REQUIRE(got.settings->checks.size() == 2);
        CHECK(got.settings->checks[0].login == got.settings->login);
        CHECK(got.settings->checks[0].address == "device");
        CHECK(got.settings->checks[1].login.scheme == http::Login::Scheme::none);
        CHECK(got.settings->checks[1].address.empty());
        CHECK(got.settings->checks[1].via == got.settings->via);
        files.write("secret", "0ther\n");
        const Read changed =
            read(with_secret("url: https://ap.example.id/\n"
                             "auth: {scheme: basic, user: admin, password_file: SECRET}\n",
                             secret));
        REQUIRE(changed.settings);
        CHECK_FALSE(changed.settings->login == got.settings->login);
        // A table's own address must not carry the group's password in clear text.
        CHECK_FALSE(http_kind().read_column("http://10.0.0.1/", got.settings.get()).has_value());
        CHECK(http_kind().read_column("https://10.0.0.1/", got.settings.get()).has_value());
    }

    TEST_CASE("a group may bring the login for devices that say where they are") {
        const TemporaryDirectory files;
        const std::string secret = files.write("secret", "s3cret\n");
        const Read group =
            read(with_secret("auth: {scheme: basic, user: x, password_file: SECRET}\n", secret));
        REQUIRE_MESSAGE(group.settings, group.messages);
        CHECK(http_kind().read_column("https://10.0.0.1/", group.settings.get()).has_value());
        CHECK_FALSE(http_kind().read_column("http://10.0.0.1/", group.settings.get()).has_value());
    }

    TEST_CASE("a secret in the wrong place is not shown in the error about it") {
        for (const char* yaml :
             {"scheme: https\nauth: {scheme: basic, user: x, password: s3cret}\n",
              "scheme: https\nauth:\n  scheme: bearer\n  token: s3cret\n",
              "via: {proxy: \"socks5://admin:s3cret@10.0.0.1\"}\n"}) {
            CAPTURE(std::string(yaml));
            const Read got = read(yaml);
            CHECK(got.settings == nullptr);
            CAPTURE(got.messages);
            CHECK(got.messages.find("s3cret") == std::string::npos);
        }
    }

    TEST_CASE("a secret in a header is not shown in the error about it") {
        const Read got = read("headers: {Authorization: Basic s3cret}\n");
        CHECK(got.messages.find("s3cret") == std::string::npos);
    }

    TEST_CASE("a named check takes over how to get there, not what to expect") {
        const Read got = read(
            "scheme: https\nport: 8443\npath: /main\nexpect: 401\nverify: false\nbody: x\n"
            "headers: {Accept: text/html}\n"
            "checks:\n"
            "  login: {path: /login, headers: {X-A: b}}\n"
            "  plain: {scheme: http, expect: 200-399, json: {at: /a/0, above: 1.5}}\n"
            "  far: {url: \"https://portal.example/x\"}\n");
        REQUIRE_MESSAGE(got.settings, got.messages);
        REQUIRE(got.settings->checks.size() == 3);
        const http::Page& login = got.settings->checks[0];
        CHECK(*login.name == "login");
        CHECK(login.expects(200));
        CHECK_FALSE(login.expects(401));
        CHECK_FALSE(login.verify);
        CHECK_FALSE(login.reads_body());
        CHECK(login.headers.size() == 2);
        Device device;
        device.address = "10.0.0.9";
        const auto url = [&](std::size_t check, const http::Settings& settings) {
            return http::target_of(device, settings, settings.checks[check])->url;
        };
        CHECK(url(0, *got.settings) == "https://10.0.0.9:8443/login");
        CHECK(url(1, *got.settings) == "http://10.0.0.9/");
        CHECK(url(2, *got.settings) == "https://portal.example/x");
        CHECK(got.settings->checks[1].expects(302));
        // The column moves the page; the checks that name only a path move with it.
        const auto moved = http_kind().read_column("https://ap.example:444/x?y", &*got.settings);
        REQUIRE(moved.has_value());
        const auto& settings = dynamic_cast<const http::Settings&>(**moved);
        CHECK(url(0, settings) == "https://ap.example:444/login");
        CHECK(url(1, settings) == "http://10.0.0.9/");
        CHECK(url(2, settings) == "https://portal.example/x");
        CHECK_FALSE(settings.equals(*got.settings));
    }

    TEST_CASE("an error about a URL never repeats the URL") {
        for (const char* text : {"http://admin:s3cret@h/", "s3cret", "ftp://s3cret/", "/s3cret"}) {
            CAPTURE(text);
            const auto read = http_kind().read_column(text, nullptr);
            REQUIRE_FALSE(read.has_value());
            CHECK(to_string(read.error()).find("s3cret") == std::string::npos);
        }
    }

    TEST_CASE("a host that begins like an address is a name") {
        const auto target = http::target_of_url("http://10.0.0.1.example:81/x");
        REQUIRE(target.has_value());
        CHECK(target->host == "10.0.0.1.example");
        CHECK(target->origin == "http://10.0.0.1.example:81");
        CHECK_FALSE(target->is_literal);
        CHECK_FALSE(http::target_of_url("http://10.0.0.1x:s3cret@10.0.0.2/").has_value());
    }

    TEST_CASE("the page of a device is at its own address") {
        struct Row {
            const char* address;
            const char* url;
            bool is_literal;
        };
        const Row rows[] = {
            {"10.73.5.81", "http://10.73.5.81/", true},
            {"2001:db8::1", "http://[2001:db8::1]/", true},
            {"fe80::1%eth0", "http://[fe80::1%25eth0]/", true},
            {"ap.example", "http://ap.example/", false},
        };
        for (const Row& row : rows) {
            CAPTURE(row.address);
            Device device;
            device.address = row.address;
            const auto target = http::target_of(device, http::Settings{});
            REQUIRE(target.has_value());
            CHECK(target->url == row.url);
            CHECK(target->is_literal == row.is_literal);
        }
    }
}
