#include "collectors/citizen/settings.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "config/yaml_reader.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace std::chrono_literals;

namespace {

struct Read {
    std::shared_ptr<const citizen::Settings> settings;
    std::string messages;
};

Read read(std::string yaml, const std::string& name = "pantau.yml") {
    auto source = std::make_shared<config::Source>(config::Source{name, std::move(yaml)});
    config::Diagnostics diagnostics;
    Read result;
    if (const std::optional<config::Node> node = config::parse_yaml(source, diagnostics)) {
        result.settings = std::dynamic_pointer_cast<const citizen::Settings>(
            citizen::read_settings(*node, diagnostics));
    }
    std::ostringstream words;
    diagnostics.print(words, false);
    result.messages = words.str();
    return result;
}

constexpr const char* check = "check: {url: http://check.example/generate_204}\n";

}  // namespace

TEST_SUITE("collectors/citizen settings") {
    TEST_CASE("the example of the manual is read") {
        const Read got = read(
            "via: {source: 10.73.8.2}\n"
            "dns: {server: \"10.73.8.1:5353\", expect: [{name: Check.Example, address: "
            "203.0.113.5}]}\n"
            "portal: {host: portal.example, api: null}\n"
            "login: {url: \"https://portal.example/login\", form: {accept: \"1\"}, success: "
            "\"Selamat\"}\n"
            "check: {url: \"http://check.example/generate_204\", status: 204}\n"
            "download: {url: \"http://check.example/64k\", min_rate: 125000}\n"
            "slow: {dns: 500ms, portal: 4s}\n"
            "quota: {text: \"kuota\", url: \"*/quota*\"}\n"
            "timeout: 20s\n"
            "session: may_be_open\n");
        REQUIRE_MESSAGE(got.settings, got.messages);
        const citizen::Settings& settings = *got.settings;
        CHECK(got.messages.empty());
        CHECK(settings.via.source == "10.73.8.2");
        REQUIRE(settings.dns);
        CHECK(settings.dns->server == citizen::Place{"10.73.8.1", 5353});
        REQUIRE(settings.dns->expect.size() == 1);
        CHECK(settings.dns->expect[0].name == "check.example");
        CHECK(settings.dns->expect[0].addresses == std::vector<std::string>{"203.0.113.5"});
        REQUIRE(settings.portal);
        CHECK(settings.portal->host == citizen::Host{"portal.example", 0});
        CHECK(settings.portal->api.empty());
        REQUIRE(settings.login);
        REQUIRE(settings.login->form.size() == 1);
        CHECK(settings.login->form[0].name == "accept");
        CHECK(settings.login->form[0].value.reveal() == "1");
        CHECK(settings.login->success == "Selamat");
        CHECK(settings.check_status == 204);
        CHECK(settings.download->min_rate == 125000);
        CHECK(settings.slow_dns == 500ms);
        CHECK(settings.slow_portal == 4s);
        CHECK(settings.quota_text == "kuota");
        CHECK(settings.quota_url == "*/quota*");
        CHECK(settings.timeout == 20s);
        CHECK(settings.may_be_open);
    }

    TEST_CASE("the page of the check alone is enough") {
        const Read got = read(check);
        REQUIRE_MESSAGE(got.settings, got.messages);
        CHECK(got.settings->is_enabled());
        CHECK_FALSE(got.settings->dns);
        CHECK_FALSE(got.settings->portal);
        CHECK(got.settings->timeout == 15s);
        CHECK_FALSE(got.settings->may_be_open);
    }

    TEST_CASE("null is an open network, and a check that is off needs no page") {
        const Read open = read(std::string(check) + "portal: null\n");
        REQUIRE_MESSAGE(open.settings, open.messages);
        CHECK_FALSE(open.settings->portal);
        const Read off = read("enabled: false\n");
        REQUIRE_MESSAGE(off.settings, off.messages);
        CHECK_FALSE(off.settings->is_enabled());
    }

    TEST_CASE("mistakes are told where they are") {
        struct Row {
            const char* yaml;
            const char* message;
            const char* place;  ///< Line and column, with the check in the first line.
        };
        const Row rows[] = {
            {"via: {source: vlan108}\n", "no address to send from", ":2:15"},
            {"via: {interface: a-name-that-is-too-long}\n", "no name of a network interface",
             ":2:18"},
            {"via: {proxy: \"http://10.0.0.1:8080\"}\n", "no proxy", ":2:14"},
            {"via: {proxy: \"socks5h://me:s3cret@10.0.0.1:1\"}\n", "no proxy", ":2:14"},
            {"via: {source: 10.0.0.1, interface: eth0}\n", "several ways", ":2:"},
            {"dns: {}\n", "server", ":2:"},
            {"dns: {server: ns.example}\n", "no address of a name server", ":2:15"},
            {"dns: {server: \"10.0.0.1:99999\"}\n", "no address of a name server", ":2:15"},
            {"dns: {server: 10.0.0.1, expect: {name: a}}\n", "a list of names", ":2:"},
            {"dns: {server: 10.0.0.1, expect: [{name: \"a b\"}]}\n", "no name of a host", ":2:"},
            {"dns: {server: 10.0.0.1, expect: [{name: a, address: b}]}\n", "no address", ":2:"},
            {"portal: {host: \"http://portal.example/\"}\n", "no host", ":2:16"},
            {"portal: {host: p.example, api: p}\n", "no URL", ":2:"},
            {"portal: {host: p}\nlogin: {url: \"http://a..b/\"}\n", "no name of a host", ":3:"},
            {"portal: {hots: p.example}\n", "hots", ":2:"},
            {"login: {url: \"http://p.example/login\"}\n", "needs a portal", ":2:"},
            {"portal: {host: p}\nlogin: {url: \"http://p/\", form: {password: s3cret}}\n",
             "looks like a secret", ":3:"},
            {"portal: {host: p}\nlogin: {url: \"http://p/\", form: {a: {file: /no/such}}}\n",
             "cannot be read", ":3:"},
            {"download: {url: \"ftp://p/64k\"}\n", "no URL", ":2:17"},
            {"download: {url: \"http://p/64k\", min_rate: fast}\n", "min_rate", ":2:"},
            {"slow: {dns: 1h}\n", "not usable", ":2:13"},
            {"timeout: 10m\n", "not usable", ":2:10"},
            {"session: open\n", "session", ":2:10"},
            {"timeot: 10s\n", "timeot", ":2:1"},
            {"ca_file: /no/such.pem\n", "cannot be read", ":2:10"},
        };
        for (const Row& row : rows) {
            CAPTURE(std::string(row.yaml));
            const Read got = read(std::string(check) + row.yaml);
            CHECK(got.settings == nullptr);
            CAPTURE(got.messages);
            CHECK(got.messages.find(row.message) != std::string::npos);
            CHECK(got.messages.find(std::string("pantau.yml") + row.place) != std::string::npos);
            CHECK(got.messages.find("s3cret") == std::string::npos);
        }
        CHECK(read("session: closed\n").messages.find("\"check\" is missing") != std::string::npos);
    }

    TEST_CASE("all mistakes come at once") {
        const Read got = read("check: {url: x}\ntimeout: 10m\nsession: open\nvia: {source: y}\n");
        for (const char* const word : {"no URL", "not usable", "session", "to send from"})
            CHECK_MESSAGE(got.messages.find(word) != std::string::npos, got.messages);
    }

    TEST_CASE("a secret of the form comes out of a file beside the configuration") {
        const test::TemporaryDirectory directory;
        directory.write("voucher", "s3cret\n");
        const Read got =
            read(std::string(check) +
                     "portal: {host: p}\n"
                     "login: {url: \"http://p/\", form: {user: a, password: {file: voucher}}}\n",
                 directory.path() + "/pantau.yml");
        REQUIRE_MESSAGE(got.settings, got.messages);
        REQUIRE(got.settings->login->form.size() == 2);
        CHECK(got.settings->login->form[1].value.reveal() == "s3cret");
    }

    TEST_CASE("a reload sees every difference") {
        const auto base = read(check).settings;
        REQUIRE(base);
        CHECK(base->equals(*read(check).settings));
        for (const char* const more :
             {"timeout: 14s\n", "session: may_be_open\n", "portal: {host: p}\n",
              "download: {url: \"http://p/64k\"}\n", "dns: {server: 10.0.0.1}\n",
              "via: {interface: eth0}\n", "quota: {text: a}\n", "slow: {dns: 2s}\n",
              "interval: 5m\n", "enabled: false\n"}) {
            CAPTURE(std::string(more));
            const auto other = read(std::string(check) + more).settings;
            REQUIRE(other);
            CHECK_FALSE(base->equals(*other));
        }
    }
}
