#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <random>

#include "config/masking.hpp"
#include "support.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

/// A text that cannot be read as a whole, where that is told, and how.
struct Wrong {
    std::string_view text;
    std::string_view place;
    std::string_view said;
};

std::string said_of(const Parsed& parsed) {
    return printed(parsed.diagnostics);
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("config/yaml_reader") {
    TEST_CASE("scalars are kept as they are written") {
        const Parsed parsed = parse(
            "rw: 08\noctal: 010\nhex: 0x10\nyes: yes\nnothing: ~\nempty:\nversion: 1.10\n"
            "quoted: \"null\"\nsingle: 'it''s'\nescaped: \"a\\tb\"\nfolded: a\n  b\ncolon: a:b\n"
            "time: 12:30:00\nstar: \"*\"\n");
        CAPTURE(said_of(parsed));
        REQUIRE(parsed.root);
        struct Row {
            std::string_view key;
            std::string_view text;
        };
        const Row rows[] = {{"rw", "08"},       {"octal", "010"},     {"hex", "0x10"},
                            {"yes", "yes"},     {"version", "1.10"},  {"quoted", "null"},
                            {"single", "it's"}, {"escaped", "a\tb"},  {"folded", "a b"},
                            {"colon", "a:b"},   {"time", "12:30:00"}, {"star", "*"}};
        for (const Row& row : rows) {
            CAPTURE(row.key);
            const auto node = parsed.root->find(row.key);
            REQUIRE(node);
            CHECK(node->is_scalar());
            CHECK(node->scalar() == row.text);
        }
        CHECK(parsed.root->find("nothing")->is_null());
        CHECK(parsed.root->find("empty")->is_null());
        CHECK(parsed.root->find("quoted")->is_quoted());
        CHECK_FALSE(parsed.root->find("rw")->is_quoted());
        CHECK_FALSE(parsed.root->find("missing"));
    }

    TEST_CASE("lists and maps are told in file order, with their paths") {
        const Parsed parsed = parse("b: [x, {y: 1}]\na:\n  - 1\n  - z: 2\n    w: [3]\n");
        REQUIRE(parsed.root);
        const auto entries = parsed.root->entries();
        REQUIRE(entries.size() == 2);
        CHECK(entries[0].first == "b");
        CHECK(entries[1].first == "a");
        const auto elements = entries[1].second.elements();
        REQUIRE(elements.size() == 2);
        CHECK(elements[1].find("w")->elements()[0].path() == "a[1].w[0]");
        CHECK(entries[0].second.elements()[1].find("y")->path() == "b[1].y");
        CHECK(parsed.root->path().empty());
    }

    TEST_CASE("what YAML allows and surprises with is refused at its place") {
        const Wrong rows[] = {
            {"a: 1\nb: 2\na: 3\n", ":3:1", "key \"a\" stands here a second time"},
            {"a: {x: 1, x: 2}\n", ":1:11", "it stands first at t.yml:1:5"},
            {"a: &x 1\nb: *x\n", ":1:4", "anchors (&name) are not allowed"},
            {"a: *x\n", ":1:4", ""},
            {"a: {<<: {b: 1}}\n", ":1:5", "merge keys (<<) are not allowed"},
            {"a: !!int 1\n", ":1:4", "tags (!name) are not allowed"},
            {"a: !x {b: 1}\n", ":1:4", "tags (!name) are not allowed"},
            {"a: 1\n---\nb: 2\n", ":2:1", "a second document begins here"},
            {"a: 1\n...\nb: 2\n", ":3:1", "a second document begins here"},
            {"a:\n\tb: 1\n", ":2:1", "a tab in the indentation"},
            {"a: 'x\nb: 1\n", ":1:4", "this quote is never closed"},
            {"a: \"x\nb: 1\n", ":1:4", "this quote is never closed"},
            {"a: 1\nb: [1, \"x]\nc: 'ok'\n", ":2:8", "this quote is never closed"},
            {"a: [1, 2\n", ":2:1", "a bracket [ is never closed"},
            {"a: {b: 1\n", ":2:1", "a brace { is never closed"},
            {"a: b: c\n", ":1:5", "a colon stands where none is expected"},
            {"a: 1\n  b: 2\n", ":2:", ""},
            {"a: @x\n", ":1:4", "a value cannot begin with this sign"},
            {"- a\nb: 1\n", ":2:1", ""},
            {"a: 1\n- b\n", ":2:1", ""},
            {"? [a]\n: 1\n", ":1:3", "a key must be a word"},
            {"a: \"\\q\"\n", ":1:", "unknown escape"},
            {"", "", "half-written"},
            {" \n\t\n", "", "half-written"},
            {std::string_view("a: \0b\n", 6), ":1:4", "NUL byte"},
            {"a: 1\nb: \xE9\n", ":2:4", "not UTF-8"},
            {"a: \xC0\x80\n", ":1:4", "not UTF-8"},
            {"a: \xED\xA0\x80\n", ":1:4", "not UTF-8"},
        };
        for (const Wrong& row : rows) {
            CAPTURE(row.text);
            const Parsed parsed = parse(row.text);
            CAPTURE(said_of(parsed));
            CHECK(parsed.diagnostics.errors() == 1);
            CHECK(contains(said_of(parsed), "--> t.yml" + std::string(row.place)));
            CHECK(contains(said_of(parsed), row.said));
        }
    }

    TEST_CASE("comments alone, a byte order mark and Windows line ends are fine") {
        CHECK(parse("# nothing yet\n").root->is_null());
        const TemporaryDirectory folder;
        config::Diagnostics diagnostics;
        const auto root = config::read_yaml(folder.write("a.yml",
                                                         "\xEF\xBB\xBF"
                                                         "a: 1\r\nb:\r\n  - x\r\n"),
                                            diagnostics);
        REQUIRE(root);
        CHECK(root->find("a")->scalar() == "1");
        CHECK(root->find("b")->elements()[0].scalar() == "x");
        CHECK(diagnostics.entries().empty());
    }

    TEST_CASE("an alias bomb, a deep nest and a flood of values end with a message, quickly") {
        const auto start = std::chrono::steady_clock::now();
        std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 30; ++i)
            bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" +
                    std::to_string(i - 1) + ", *a" + std::to_string(i - 1) + "]\n";
        CHECK(contains(said_of(parse(bomb)), "anchors (&name) are not allowed"));

        const auto nested = [](std::size_t depth) {
            return std::string(depth, '[') + std::string(depth, ']');
        };
        CHECK(parse(nested(64)).root);
        CHECK(contains(said_of(parse(nested(65))), "nested deeper than 64 levels"));
        CHECK_FALSE(parse(nested(200'000)).root);
        CHECK_FALSE(parse(std::string(200'000, '[')).root);
        CHECK_FALSE(parse(std::string(200'000, '{')).root);
        std::string blocks;
        for (std::size_t i = 0; i < 2'000; ++i)
            blocks += std::string(i, ' ') + "a:\n";
        CHECK(contains(said_of(parse(blocks)), "nested deeper than 64 levels"));

        auto source = std::make_shared<config::Source>();
        source->name = "t.yml";
        source->text = "[" + std::string(1000, ',') + "1, 1, 1, 1]";
        config::Diagnostics diagnostics;
        source->text = "[1, 1, 1, 1, 1, 1]";
        CHECK_FALSE(config::parse_yaml(source, diagnostics, {.nodes = 5}));
        CHECK(contains(printed(diagnostics), "more than 5 values in one file"));
        // Takes 0.1 s here.
        CHECK(std::chrono::steady_clock::now() - start < 10s);
    }

    TEST_CASE("a file of 100 MB is refused without being read") {
        const TemporaryDirectory folder;
        const std::string path = folder.write("a.yml", "a: 1\n");
        REQUIRE(::truncate(path.c_str(), 100'000'000) == 0);
        config::Diagnostics diagnostics;
        const auto start = std::chrono::steady_clock::now();
        CHECK_FALSE(config::read_yaml(path, diagnostics));
        CHECK(std::chrono::steady_clock::now() - start < 2s);
        CHECK(contains(printed(diagnostics), "larger than 64 MiB"));
    }

    TEST_CASE("values that fit no type are told with what would") {
        const Parsed parsed = parse(
            "flag: yes\ninteger: 010\nhex: 0x1F\nexponent: 1e3\ncomma: 1,5\nrange: 70000\n"
            "huge: 99999999999999999999\nnumber: 1.5.2\nnan: nan\nduration: 30\nword: 5 minutes\n"
            "long: 99999999d\nlist: [1]\nmap: {a: 1}\nempty:\n");
        REQUIRE(parsed.root);
        struct Row {
            std::string_view key;
            std::string_view said;
            void (*read)(const config::Node&, config::Diagnostics&);
        };
        constexpr auto flag = [](const config::Node& node, config::Diagnostics& diagnostics) {
            CHECK_FALSE(node.flag(diagnostics));
        };
        constexpr auto integer = [](const config::Node& node, config::Diagnostics& diagnostics) {
            CHECK_FALSE(node.integer(diagnostics, 1, 65535));
        };
        constexpr auto number = [](const config::Node& node, config::Diagnostics& diagnostics) {
            CHECK_FALSE(node.number(diagnostics));
        };
        constexpr auto duration = [](const config::Node& node, config::Diagnostics& diagnostics) {
            CHECK_FALSE(node.duration(diagnostics));
        };
        constexpr auto text = [](const config::Node& node, config::Diagnostics& diagnostics) {
            CHECK_FALSE(node.text(diagnostics));
        };
        const Row rows[] = {
            {"flag", "write true or false", flag},
            {"integer", "nothing is read as octal here", integer},
            {"hex", "decimal digits", integer},
            {"exponent", "write all digits", integer},
            {"range", "\"70000\" is not from 1 to 65535", integer},
            {"huge", "is not from 1 to 65535", integer},
            {"comma", "a decimal point, not a comma", number},
            {"number", "is no number", number},
            {"nan", "is no number", number},
            {"duration", "add a unit: 30s", duration},
            {"word", "a whole number and ms, s, m, h or d", duration},
            {"long", "is no duration", duration},
            {"list", "text is expected here, not a list", text},
            {"map", "text is expected here, not a map", text},
            {"empty", "text is expected here, not nothing", text},
        };
        for (const Row& row : rows) {
            CAPTURE(row.key);
            config::Diagnostics diagnostics;
            row.read(*parsed.root->find(row.key), diagnostics);
            CHECK(diagnostics.errors() == 1);
            CHECK(contains(printed(diagnostics), row.said));
        }
    }

    TEST_CASE("durations are read in every unit, from YAML and from elsewhere") {
        CHECK(config::parse_duration("250ms") == Duration(250ms));
        CHECK(config::parse_duration("90s") == Duration(90s));
        CHECK(config::parse_duration("15m") == Duration(15min));
        CHECK(config::parse_duration("4h") == Duration(4h));
        CHECK(config::parse_duration("7d") == Duration(24h * 7));
        for (const std::string_view text :
             {"", "s", "-1s", "1.5s", "1 s", "1S", "1w", "1s1", "0x1s"})
            CHECK_FALSE(config::parse_duration(text));
    }

    TEST_CASE("a map tells the keys nobody asked for, with the one that was meant") {
        const Parsed parsed = parse("poll: {intervall: 30s, timeout: 2s, zzz: 1}\n");
        config::Diagnostics diagnostics;
        config::MapReader map(*parsed.root->find("poll"), diagnostics);
        CHECK_FALSE(map.duration("interval"));
        CHECK(map.duration("timeout") == Duration(2s));
        CHECK_FALSE(map.required("retries"));
        map.finish();
        CHECK(diagnostics.errors() == 3);
        const std::string said = printed(diagnostics);
        CHECK(contains(said, "\"retries\" is missing"));
        CHECK(contains(said, "unknown key \"intervall\"\n  --> t.yml:1:8   at poll"));
        CHECK(contains(said, "did you mean \"interval\"?"));
        CHECK(contains(said, "unknown key \"zzz\"\n  --> t.yml:1:37"));
    }

    TEST_CASE("maps put together have the keys of both, and every part keeps its place") {
        const Parsed base = parse("a: 1\nb: {x: 1, y: 2}\nc: [1]\n");
        const Parsed over = parse("b: {x: 3}\nd: 4\n");
        const config::Node merged = config::merge_maps(*base.root, *over.root);
        std::string keys;
        for (const auto& [key, value] : merged.entries())
            keys += key;
        CHECK(keys == "acbd");
        CHECK(merged.find("b")->entries().size() == 1);
        CHECK(merged.find("b")->find("x")->scalar() == "3");
        CHECK(merged.find("c")->location().line == 3);
        CHECK(merged.find("d")->location().line == 2);
        CHECK(merged.find("c")->elements().size() == 1);
        CHECK(merged.find("b")->find("x")->path() == "b.x");
        const config::Node again = config::merge_maps(merged, *base.root->find("b"));
        CHECK(again.entries().size() == 6);
        CHECK(config::merge_maps(*base.root, *base.root->find("c")).is_list());
    }

    TEST_CASE("the caret stands under the value, whatever stands before it") {
        struct Row {
            std::string_view text;
            std::string_view shown;
        };
        const Row rows[] = {
            {"a: {b: 12x}\n", "1 | a: {b: 12x}\n  |        ^^^\n"},
            {"\xC3\xB6: \"12x\"\n", "1 | ö: \"12x\"\n  |    ^^^^^\n"},
            {"# x\n\n  \na:   x\n", "4 | a:   x\n  |      ^\n"},
            {"a: 'it''s'   # why\n", "1 | a: 'it''s'   # why\n  |    ^^^^^^^\n"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            const Parsed parsed = parse(row.text);
            REQUIRE(parsed.root);
            config::Node value = parsed.root->entries()[0].second;
            if (value.is_map()) value = value.entries()[0].second;
            config::Diagnostics diagnostics;
            value.complain(diagnostics, "wrong");
            CAPTURE(printed(diagnostics));
            CHECK(contains(printed(diagnostics), row.shown));
        }
        const std::string long_line = "a: [" + std::string(500, 'x') + ", here]\n";
        const Parsed parsed = parse(long_line);
        config::Diagnostics diagnostics;
        parsed.root->find("a")->elements()[1].complain(diagnostics, "wrong");
        const std::string said = printed(diagnostics);
        CHECK(contains(said, "…"));
        CHECK(contains(said, ", here]\n"));
        CHECK(contains(said, "^^^^\n"));
        CHECK(said.size() < 500);
    }

    TEST_CASE("a message shows no control bytes and no terminal tricks of a file") {
        const Parsed parsed = parse("a: \"\\x1b[2J\"\nb: \xE2\x80\xAEx\n");
        REQUIRE(parsed.root);
        config::Diagnostics diagnostics;
        for (const auto& [key, value] : parsed.root->entries())
            value.complain(diagnostics, "wrong: " + std::string(value.scalar()));
        const std::string said = printed(diagnostics);
        CHECK_FALSE(contains(said, "\x1b"));
        CHECK_FALSE(contains(said, "\xE2\x80\xAE"));
    }

    TEST_CASE("values of keys that look like secrets are masked, others are not") {
        for (const std::string_view key :
             {"community", "Community", "comunity", "auth_password", "pasword", "api_key", "token",
              "private-key", "snmp_community", "kata_sandi"}) {
            CAPTURE(key);
            CHECK(config::is_secret_key(key));
        }
        for (const std::string_view key :
             {"community_file", "version", "name", "path", "user", "parent", "context", "key"}) {
            CAPTURE(key);
            CHECK_FALSE(config::is_secret_key(key));
        }
        const std::string_view texts[] = {
            "x: 1\ncommunity: hush\n",  "a: {community: hush, x: 1}\n",
            "password: |\n  hush\n",    "token:\n  - hush\n",
            "secret: \"hu\n  hush\"\n", "url: \"http://me:hush@host/\"\n",
            "community: [hush\n",       "community: hush\n\tx: 1\n",
        };
        for (const std::string_view text : texts) {
            CAPTURE(text);
            Parsed parsed = parse(text);
            auto source = std::make_shared<config::Source>();
            source->name = "t.yml";
            source->text = text;
            for (std::uint32_t line = 1; line <= 3; ++line)
                parsed.diagnostics.error({source, line, 1}, "wrong");
            CHECK_FALSE(contains(said_of(parsed), "hush"));
        }
    }

    TEST_CASE("lines said to be hidden are not shown, whenever it was said") {
        auto source = std::make_shared<config::Source>();
        source->name = "a.csv";
        source->text = "one\ntwo: x\nthree\nfour\n";
        config::Diagnostics first;
        first.error({source, 2, 1}, "before");
        first.hide_lines(source, 2, 3);
        config::Diagnostics all;
        all.append(std::move(first));
        all.error({source, 3, 1}, "after");
        all.error({source, 4, 1}, "open");
        const std::string said = printed(all);
        CHECK(contains(said, "2 | ***\n"));
        CHECK(contains(said, "3 | ***\n"));
        CHECK(contains(said, "4 | four\n"));
        CHECK(contains(said, "a.csv:2:1"));
    }

    TEST_CASE("after the limit only the count goes on, and the same mistake is told once") {
        auto source = std::make_shared<config::Source>();
        source->name = "t.yml";
        source->text = std::string(500, '\n');
        config::Diagnostics diagnostics;
        for (std::uint32_t line = 1; line <= 300; ++line)
            diagnostics.error({source, line, 1}, "wrong");
        diagnostics.error({source, 7, 1}, "wrong");
        CHECK(diagnostics.errors() == 300);
        CHECK(diagnostics.entries().size() == config::Diagnostics::limit);
        CHECK(contains(printed(diagnostics), "and 100 more errors, 0 more warnings"));
    }

    TEST_CASE("nothing that a file holds ends the process") {
        constexpr std::string_view seed =
            "poll: {interval: 30s, list: [1, 'two', \"three\"]}\ndevices:\n  - {name: a}\n  - b: "
            "|\n"
            "      text\n    c: >-\n      more\n# end\n";
        constexpr std::string_view signs = "{}[]:,-?&*!|>'\"%@`#\n\t \\~\xC2\xA0\xFF";
        std::mt19937 random(20261124);
        const auto below = [&](std::size_t most) {
            return static_cast<std::size_t>(random() % std::max<std::size_t>(most, 1));
        };
        for (int round = 0; round < 3'000; ++round) {
            std::string text(seed);
            for (std::size_t changes = 1 + below(6); changes > 0 && !text.empty(); --changes) {
                const std::size_t at = below(text.size());
                switch (below(4)) {
                    case 0:
                        text[at] = signs[below(signs.size())];
                        break;
                    case 1:
                        text.insert(at, 1, static_cast<char>(below(256)));
                        break;
                    case 2:
                        text.erase(at, 1 + below(9));
                        break;
                    default:
                        text.insert(at, text.substr(below(text.size()), below(20)));
                }
            }
            CAPTURE(text);
            const Parsed parsed = parse(text);
            CHECK((parsed.root.has_value() || parsed.diagnostics.has_errors()));
            CHECK(said_of(parsed).size() < 100'000);
        }
    }
}
