#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include "cli/called.hpp"
#include "cli/verbs.hpp"

using namespace pantau;
using namespace pantau::cli;
using namespace std::chrono_literals;
using pantau::test::call;

namespace {

Arguments parsed(std::vector<std::string> words) {
    return parse_arguments(find_verb_in(words, Language::en), Language::en);
}

}  // namespace

TEST_SUITE("cli/command_line") {
    TEST_CASE("options of every verb stand before the verb or behind it") {
        const std::vector<std::vector<std::string>> lines{
            {"-o", "json", "--socket", "/s", "list", "--state", "down"},
            {"list", "--state=down", "-ojson", "--socket=/s"},
            {"--socket=/s", "list", "--output", "json", "--state", "down"}};
        for (const auto& line : lines) {
            CAPTURE(line);
            CHECK(find_verb_in(line, Language::en).verb->name == "list");
            const Arguments arguments = parsed(line);
            CHECK(arguments.text("output") == "json");
            CHECK(arguments.text("socket") == "/s");
            CHECK(arguments.texts("state") == std::vector<std::string>{"down"});
            CHECK_FALSE(arguments.has("no-headers"));
        }
    }

    TEST_CASE("a value may look like an option, and -- ends the options") {
        CHECK(parsed({"list", "--socket=-x"}).text("socket") == "-x");
        CHECK(parsed({"help", "--", "--state"}).operand(0) == "--state");
    }

    TEST_CASE("repeatable options keep their order, others may be given once") {
        CHECK(parsed({"list", "--area", "rw=08", "--area", "rw=09"}).texts("area") ==
              std::vector<std::string>{"rw=08", "rw=09"});
        CHECK_THROWS_WITH_AS(parsed({"list", "--socket", "a", "--socket", "b"}),
                             "--socket is given twice", UsageError);
    }

    TEST_CASE("what cannot be meant so ends with exit code 2, a reason and where to look") {
        struct Case {
            std::vector<std::string> words;
            std::string says;
        };
        const Case cases[] = {
            {{"lst"}, "there is no verb 'lst'; did you mean 'pantau list'?"},
            {{"frobnicate"}, "there is no verb 'frobnicate'"},
            {{"list", "--sate", "up"}, "there is no option --sate; did you mean --state?"},
            {{"list", "--stat", "up"}, "there is no option --stat; did you mean --state?"},
            {{"list", "-x"}, "there is no option -x"},
            {{"list", "--state"}, "--state needs a value"},
            {{"list", "--state="}, "--state needs a value"},
            {{"list", "--no-headers=yes"}, "--no-headers takes no value"},
            {{"list", "-o", "xml"}, "--output cannot be 'xml'; it is one of table, wide"},
            {{"list", "rw08"}, "'rw08' is one word too many"},
            {{"completion"}, "bash is missing"},
            {{"help", "lisst"}, "there is no verb 'lisst'; did you mean 'pantau list'?"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.words);
            const auto called = call(c.words);
            CHECK(called.code == 2);
            CHECK(called.out.empty());
            CHECK(called.err.find("pantau: " + c.says) == 0);
            CHECK(called.err.find("See 'pantau help") != std::string::npos);
        }
        const auto nothing = call({});
        CHECK(nothing.code == 2);
        CHECK(nothing.out.empty());
        CHECK(nothing.err.find("usage: pantau VERB") != std::string::npos);
    }

    TEST_CASE("what is typed cannot play tricks on the terminal") {
        const auto called = call({"\x1b[2Jlist"});
        CHECK(called.err.find('\x1b') == std::string::npos);
        CHECK(called.err.find("'\xEF\xBF\xBD[2Jlist'") != std::string::npos);
    }

    TEST_CASE("numbers, shares and times say what would fit") {
        const Arguments arguments(Language::en,
                                  {{"port", {"161"}},
                                   {"large", {"70000"}},
                                   {"word", {"12x"}},
                                   {"loss", {"0.25"}},
                                   {"much", {"1.5"}},
                                   {"timeout", {"250ms"}},
                                   {"bare", {"2"}}},
                                  {});
        CHECK(arguments.integer("port", 1, 65535) == 161);
        CHECK(!arguments.integer("absent", 1, 65535));
        CHECK_THROWS_WITH_AS(static_cast<void>(arguments.integer("large", 1, 65535)),
                             "--large must be a whole number from 1 to 65535, not '70000'",
                             UsageError);
        CHECK_THROWS_AS(static_cast<void>(arguments.integer("word", 1, 65535)), UsageError);
        CHECK(arguments.share("loss") == 0.25);
        CHECK_THROWS_AS(static_cast<void>(arguments.share("much")), UsageError);
        CHECK(arguments.duration("timeout") == 250ms);
        CHECK_THROWS_WITH_AS(static_cast<void>(arguments.duration("bare")),
                             "--bare must be a time such as 250ms, 2s, 5m or 1h, not '2'",
                             UsageError);
        CHECK(parse_duration("1.5s") == 1500ms);
        CHECK(parse_duration("2h") == 2h);
        CHECK(!parse_duration("-1s"));
        CHECK(!parse_duration("s"));
        CHECK(!parse_duration("nans"));
        CHECK(!parse_duration("1e9h"));
    }

    TEST_CASE("the language of the command line wins, even in messages about the command line") {
        std::string err;
        Console console([](std::string_view) {}, [&](std::string_view text) { err += text; });
        CHECK(run_program(std::vector<std::string>{"lst", "--lang=id"}, console) == 2);
        CHECK(err.find("pantau: tidak ada perintah 'lst'; maksudnya 'pantau list'?") == 0);
    }

    TEST_CASE("names of options and verbs are each there once") {
        for (const Verb* const verb : verbs()) {
            CAPTURE(verb->name);
            CHECK(std::ranges::count(verbs(), verb->name, &Verb::name) == 1);
            for (const Option& option : verb->options) {
                CAPTURE(option.name);
                CHECK(std::ranges::count(verb->options, option.name, &Option::name) == 1);
                CHECK(std::ranges::count(global_options(), option.name, &Option::name) == 0);
            }
        }
    }
}
