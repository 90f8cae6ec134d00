#include "options.hpp"

#include <doctest/doctest.h>

namespace pantau {
namespace {

std::string refusal(const std::vector<std::string>& arguments) {
    const auto options = parse_options(arguments);
    return options ? "" : options.error().detail;
}

}  // namespace

TEST_SUITE("daemon/options") {
    TEST_CASE("without arguments the packaged places hold") {
        const auto options = parse_options({});
        REQUIRE(options);
        CHECK(options->action == DaemonOptions::Action::run);
        CHECK(options->config == "/etc/pantau/pantau.yml");
        CHECK(options->web.listen.empty());
        CHECK(options->state_dir.empty());
        CHECK(options->control_socket.empty());
        CHECK(options->log_level == LogLevel::info);
        CHECK(options->log_format == LogFormat::logfmt);
    }

    TEST_CASE("every option is read, with a space or an equals sign") {
        const auto options = parse_options(
            {"--config", "city.yml", "--web.listen-address=127.0.0.1:1", "--web.listen-address",
             "[::1]:2", "--log.level", "debug", "--log.format=json", "--state-dir", "state",
             "--control-socket", "c.sock", "--web.config.file=web.yml"});
        REQUIRE(options);
        CHECK(options->config == "city.yml");
        CHECK(options->web.listen == std::vector<std::string>{"127.0.0.1:1", "[::1]:2"});
        CHECK(options->log_level == LogLevel::debug);
        CHECK(options->log_format == LogFormat::json);
        CHECK(options->state_dir == "state");
        CHECK(options->control_socket == "c.sock");
        CHECK(options->web.config_file == "web.yml");
    }

    TEST_CASE("check, version and help are actions of their own") {
        CHECK(parse_options({"--check"})->action == DaemonOptions::Action::check);
        CHECK(parse_options({"--version"})->action == DaemonOptions::Action::version);
        CHECK(parse_options({"--help"})->action == DaemonOptions::Action::help);
    }

    TEST_CASE("a wrong option is refused with what was probably meant") {
        CHECK(refusal({"--confg", "x"}).find("perhaps --config") != std::string::npos);
        CHECK(refusal({"--web.listen-adress=:1"}).find("perhaps --web.listen-address") !=
              std::string::npos);
    }

    TEST_CASE("a wrong value, a missing one, a word too many and a repeated option are refused") {
        CHECK(refusal({"--log.level", "loud"}).find("debug, info, warn or error") !=
              std::string::npos);
        CHECK(refusal({"--log.format", "xml"}).find("logfmt or json") != std::string::npos);
        CHECK_FALSE(refusal({"--config"}).empty());
        CHECK_FALSE(refusal({"pantau.yml"}).empty());
        CHECK_FALSE(refusal({"--config", "a", "--config", "b"}).empty());
    }

    TEST_CASE("the help names every option") {
        const std::string help = options_help();
        for (const char* name : {"--config", "--check", "--web.listen-address", "--state-dir",
                                 "--control-socket", "--log.level", "--log.format", "--version"}) {
            CAPTURE(name);
            CHECK(help.find(name) != std::string::npos);
        }
    }
}

}  // namespace pantau
