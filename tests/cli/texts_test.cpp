#include "cli/texts.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include "cli/called.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::cli;

namespace {

/// Sets a variable of the environment for one scope.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

private:
    const char* name_;
    std::optional<std::string> before_;
};

void check_words(const Words& words) {
    CHECK(!words.in(Language::en).empty());
    CHECK(!words.in(Language::id).empty());
    CHECK(are_both_complete(words.in(Language::en), words.in(Language::id)));
}

}  // namespace

TEST_SUITE("cli/texts") {
    TEST_CASE("every text is there in both languages, with the same gaps") {
        REQUIRE(all_texts().size() > 30);
        for (const NamedText& each : all_texts()) {
            CAPTURE(each.name);
            check_words(each.words);
        }
        for (const Verb* const verb : verbs()) {
            CAPTURE(verb->name);
            check_words(verb->help);
            CHECK(are_both_complete(verb->more.in(Language::en), verb->more.in(Language::id)));
            for (const Option& option : verb->options) {
                CAPTURE(option.name);
                check_words(option.help);
            }
        }
        for (const Option& option : global_options())
            check_words(option.help);
    }

    TEST_CASE("a text that lacks a language or a gap is found") {
        CHECK(are_both_complete("a {0} b", "{0} c"));
        CHECK(are_both_complete("", ""));
        CHECK_FALSE(are_both_complete("a", ""));
        CHECK_FALSE(are_both_complete("", "a"));
        CHECK_FALSE(are_both_complete("a {0}", "a"));
        CHECK_FALSE(are_both_complete("a {0}", "a {1}"));
        CHECK_FALSE(are_both_complete("{0}", "{0} {1}"));
    }

    TEST_CASE("the language is that of the first variable that is set") {
        struct Case {
            const char* all;
            const char* messages;
            const char* lang;
            Language language;
        };
        const Case cases[] = {{nullptr, nullptr, nullptr, Language::en},
                              {nullptr, nullptr, "id_ID.UTF-8", Language::id},
                              {nullptr, nullptr, "id", Language::id},
                              {"C", nullptr, "id_ID.UTF-8", Language::en},
                              {"", nullptr, "id_ID.UTF-8", Language::id},
                              {nullptr, "en_US.UTF-8", "id_ID.UTF-8", Language::en},
                              {"id_ID", "en_US.UTF-8", "C", Language::id},
                              {nullptr, nullptr, "idx_XX", Language::en}};
        for (const Case& c : cases) {
            const Variable all("LC_ALL", c.all);
            const Variable messages("LC_MESSAGES", c.messages);
            const Variable lang("LANG", c.lang);
            CAPTURE((c.lang ? c.lang : "-"));
            CHECK(language_of_environment() == c.language);
        }
    }

    TEST_CASE("the manual knows every verb and every option") {
        const std::string page =
            test::read_file(std::string(PANTAU_SOURCE_DIR) + "/docs/man/pantau.1.scd");
        REQUIRE(!page.empty());
        const auto has = [&page](const std::string& text) {
            return page.find(text) != std::string::npos;
        };
        for (const Verb* const verb : verbs()) {
            CAPTURE(verb->name);
            CHECK(has("*pantau " + std::string(verb->name) + "*"));
            for (const Option& option : verb->options) {
                CAPTURE(option.name);
                CHECK((option.is_hidden || has("*--" + std::string(option.name) + "*")));
            }
        }
        for (const Option& option : global_options())
            CHECK(has("*--" + std::string(option.name) + "*"));
    }

    TEST_CASE("help tells every verb and every option in both languages") {
        for (const char* const language : {"en", "id"}) {
            const auto all = test::call({"help"}, language);
            CHECK(all.code == 0);
            CHECK(all.err.empty());
            for (const Verb* const verb : verbs()) {
                CAPTURE(verb->name);
                CHECK(all.out.find("  " + std::string(verb->name) + " ") != std::string::npos);
                std::vector<std::string> words{"help"};
                const std::string name(verb->name);
                words.push_back(name.substr(0, name.find(' ')));
                if (name.find(' ') != std::string::npos)
                    words.push_back(name.substr(name.find(' ') + 1));
                const auto one = test::call(words, language);
                CHECK(one.code == 0);
                for (const Option& option : verb->options)
                    CHECK((one.out.find("--" + std::string(option.name)) != std::string::npos) ==
                          !option.is_hidden);
                std::istringstream lines(one.out);
                for (std::string line; std::getline(lines, line);) {
                    CAPTURE(line);
                    CHECK((line.size() <= 80 || line.starts_with("  pantau ")));
                }
            }
        }
    }

    TEST_CASE("numbers read as people write them, with a comma in Indonesian") {
        CHECK(shown_number(0.30, 2, Language::en) == "0.3");
        CHECK(shown_number(0.30, 2, Language::id) == "0,3");
        CHECK(shown_number(-0.001, 1, Language::en) == "0");
        CHECK(shown_number(120, 0, Language::en) == "120");
        CHECK(shown_bytes(0, Language::en) == "0 B");
        CHECK(shown_bytes(999, Language::en) == "999 B");
        CHECK(shown_bytes(999'960, Language::en) == "1 MB");
        CHECK(shown_bytes(1'234'567'890, Language::id) == "1,2 GB");
        CHECK(shown_ratio(0.614, Language::en) == "61 %");
        CHECK(shown_span(0, Language::en) == "0 s");
        CHECK(shown_span(748, Language::en) == "12 min 28 s");
        CHECK(shown_span(3600, Language::en) == "1 h");
        CHECK(shown_span(86'400 * 12 + 3 * 3600 + 59, Language::id) == "12 hari 3 jam");
        CHECK(shown_duration(0.0041, Language::en) == "4.1 ms");
        CHECK(shown_duration(0.9999, Language::en) == "1 s");
        CHECK(shown_duration(2.34, Language::id) == "2,3 detik");
        CHECK(shown_count(999, Language::en) == "999");
        CHECK(shown_count(1'234'567, Language::en) == "1,234,567");
        CHECK(shown_count(1234, Language::id) == "1.234");
    }

    TEST_CASE("every state is understood in both languages") {
        for (int i = 0; i < 6; ++i) {
            const auto state = static_cast<HealthState>(i);
            CAPTURE(name_of(state));
            CHECK(health_named(name_of(state)) == state);
            for (const Language language : {Language::en, Language::id})
                CHECK(health_named(words_of(state).in(language)) == state);
        }
        CHECK(health_named("tak-terjangkau") == HealthState::unreachable);
        CHECK(health_named("Belum_Diketahui") == HealthState::unknown);
        CHECK(!health_named("dead"));
    }
}
