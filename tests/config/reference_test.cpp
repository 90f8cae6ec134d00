#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "config/settings_table.hpp"
#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view begin_mark = "<!-- settings: begin -->\n";
constexpr std::string_view end_mark = "<!-- settings: end -->\n";

}  // namespace

TEST_SUITE("config/reference") {
    TEST_CASE("the table of settings in the documentation is the one the reader uses") {
        const std::string path = std::string(PANTAU_SOURCE_DIR) + "/docs/operate/configuration.md";
        const std::string page = read_file(path);
        const std::size_t begin = page.find(begin_mark);
        const std::size_t end = page.find(end_mark);
        REQUIRE(begin != std::string::npos);
        REQUIRE(end != std::string::npos);
        const std::size_t table = begin + begin_mark.size();
        REQUIRE(table <= end);

        if (std::getenv("PANTAU_RENEW_DOCS") != nullptr) {
            std::ofstream(path) << page.substr(0, table) << config::settings_reference()
                                << page.substr(end);
            return;
        }
        const bool is_current = page.substr(table, end - table) == config::settings_reference();
        CHECK_MESSAGE(is_current,
                      "docs/operate/configuration.md is out of date; renew it with: "
                      "PANTAU_RENEW_DOCS=1 build/dev/tests/bin/config_test -ts=config/reference");
    }

    TEST_CASE("every setting has words for an operator, and a default that can be read") {
        for (const config::Setting& setting : config::all_settings()) {
            CAPTURE(setting.key);
            CHECK_FALSE(setting.help.empty());
            CHECK(setting.help.back() == '.');
            CHECK_FALSE(setting.unit.empty());
            if (!setting.standard.empty()) CHECK(parse(setting.standard).root.has_value());
        }
    }
}
