#include "collectors/http/settings.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "collectors/http/kind.hpp"
#include "collectors/http/target.hpp"
#include "config/yaml_reader.hpp"

using namespace pantau;

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
            {"method: POST\n", "method"},
            {"timeout: 1h\n", "not usable"},
            {"port: 0\n", "port"},
            {"expct: 200\n", "expct"},
            {"ca_file: /no/such/file.pem\n", "cannot be read"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.yaml));
            const Read got = read(row.yaml);
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

    TEST_CASE("an error about a URL never repeats the URL") {
        for (const char* text : {"http://admin:s3cret@h/", "s3cret", "ftp://s3cret/", "/s3cret"}) {
            CAPTURE(text);
            const auto read = http_kind().read_column(text, nullptr);
            REQUIRE_FALSE(read.has_value());
            CHECK(to_string(read.error()).find("s3cret") == std::string::npos);
        }
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

    TEST_CASE("values from bodies are refused when a profile is read") {
        const Result<void> read = http_kind().check_address("$.status", false);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().reason == Reason::unsupported);
    }
}
