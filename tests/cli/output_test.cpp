#include "cli/output.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <cstdlib>

#include "cli/verbs.hpp"
#include "config/yaml_reader.hpp"

using namespace pantau;
using namespace pantau::cli;

namespace {

TablePrinter::Column column(std::string header, TablePrinter::Align align = {}) {
    return {.header = std::move(header), .align = align};
}

std::string printed(const Listing& listing, Format format, bool has_headers = true) {
    std::string out;
    const Console console([&](std::string_view text) { out += text; }, [](std::string_view) {});
    const Arguments arguments(Language::en, {}, {});
    listing.print(
        {.arguments = arguments, .format = format, .has_headers = has_headers, .console = console});
    return out;
}

}  // namespace

TEST_SUITE("cli/output") {
    TEST_CASE("a table is as wide as it must be and has no space at the ends of lines") {
        TablePrinter table(
            {column("NAME"), column("CLIENTS", TablePrinter::Align::right), column("MODEL")});
        table.add({{"rw08-sumbersari-1"}, {"7"}, {"UAP-nanoHD"}});
        table.add({{"rw1"}, {"1,234"}, {""}});
        CHECK(table.render(true, false) ==
              "NAME               CLIENTS  MODEL\n"
              "rw08-sumbersari-1        7  UAP-nanoHD\n"
              "rw1                  1,234\n");
        CHECK(table.render(false, false) ==
              "rw08-sumbersari-1      7  UAP-nanoHD\n"
              "rw1                1,234\n");
    }

    TEST_CASE("columns stay straight with wide, combining and broken signs") {
        CHECK(display_width("Jalan") == 5);
        CHECK(display_width("caf\xC3\xA9") == 4);
        CHECK(display_width("cafe\xCC\x81") == 4);              // e and a combining accent
        CHECK(display_width("\xE7\x84\xA1\xE7\xB7\x9A") == 4);  // two wide signs
        TablePrinter table({column("A"), column("B")});
        table.add({{"\xE7\x84\xA1\xE7\xB7\x9A"}, {"x"}});
        table.add({{"ab"}, {"y"}});
        CHECK(table.render(false, false) == "\xE7\x84\xA1\xE7\xB7\x9A  x\nab    y\n");
    }

    TEST_CASE("nothing a device calls itself leaves its place in the table") {
        TablePrinter table({column("NAME"), column("B")});
        table.add({{"a\x1b[2J\nb\r\x07\xE2\x80\xAE\xFF"}, {"x"}});
        const std::string shown = table.render(true, true);
        CHECK(std::count(shown.begin(), shown.end(), '\n') == 2);
        CHECK(shown.find("a\xEF\xBF\xBD[2J\xEF\xBF\xBD"
                         "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD  x") !=
              std::string::npos);
    }

    TEST_CASE("colours frame the text and nothing else, and only when wanted") {
        TablePrinter table({column("H"), column("N")});
        table.add({{"up", Tint::good}, {"1"}});
        table.add({{"down", Tint::bad}, {"2"}});
        CHECK(table.render(false, true) == "\x1b[32mup\x1b[0m    1\n\x1b[31mdown\x1b[0m  2\n");
        CHECK(table.render(false, false) == "up    1\ndown  2\n");
    }

    TEST_CASE("what is too wide is cut with an ellipsis, an empty column can go") {
        TablePrinter table({{.header = "NAME", .width_most = 6},
                            {.header = "GONE", .is_left_out_when_empty = true},
                            {.header = "STAYS"}});
        table.add({{"abcdefgh"}, {""}, {""}});
        CHECK(table.render(true, false) == "NAME    STAYS\nabcde\xE2\x80\xA6\n");
        CHECK(cut_to_width("abc", 3) == "abc");
        CHECK(cut_to_width("abcd", 3) == "ab\xE2\x80\xA6");
        CHECK(cut_to_width("a b c", 4) == "a b\xE2\x80\xA6");
        CHECK(cut_to_width("abc", 0).empty());
        CHECK(wrapped("one two  three", 7) == std::vector<std::string>{"one two", "three"});
        CHECK(wrapped("unbreakable x", 4) == std::vector<std::string>{"unbreakable", "x"});
    }

    TEST_CASE("separated values are quoted where they must be") {
        const std::vector<std::string> fields{"a", "b,c", "say \"hi\"", "two\nlines", " edge", ""};
        CHECK(csv_line(fields) == "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\" edge\",\n");
    }

    TEST_CASE("a listing shows people words and programs values") {
        Listing listing({{.key = "id", .header = "NAME"},
                         {.key = "health", .header = "HEALTH"},
                         {.key = "note", .header = "NOTE", .is_wide_only = true}});
        listing.add({{"a\x1b"}, {"down", "mati"}, {"x,y"}});
        CHECK(printed(listing, Format::table) == "NAME  HEALTH\na\xEF\xBF\xBD    mati\n");
        CHECK(printed(listing, Format::wide) ==
              "NAME  HEALTH  NOTE\na\xEF\xBF\xBD    mati    x,y\n");
        CHECK(printed(listing, Format::csv) == "id,health,note\na\xEF\xBF\xBD,down,\"x,y\"\n");
        CHECK(printed(listing, Format::csv, false) == "a\xEF\xBF\xBD,down,\"x,y\"\n");
        CHECK(printed(listing, Format::name) == "a\xEF\xBF\xBD\n");
    }

    TEST_CASE("a document in YAML means what it means in JSON") {
        const std::string document =
            R"({"name":"rw08-sumbersari-1","rw":"08","answer":"no","number":"12","version":"1.2",)"
            R"("time":"2026-11-24T02:38:00Z","empty":"","colon":"a: b","quote":"say \"hi\"",)"
            R"("tail":"x ","hash":"a #b","load":1.5,"far":1e300,"whole":2.0,"big":18446744073709551615,"t":true,"none":null,)"
            R"("list":[{"a":1,"b":[1,2]},{"a":2,"b":[]}],"map":{"x":{}},"nested":[[1],[2,3]]})";
        const std::string yaml = yaml_of(boost::json::parse(document));
        CHECK(yaml ==
              "name: rw08-sumbersari-1\n"
              "rw: \"08\"\n"
              "answer: \"no\"\n"
              "number: \"12\"\n"
              "version: \"1.2\"\n"
              "time: \"2026-11-24T02:38:00Z\"\n"
              "empty: \"\"\n"
              "colon: \"a: b\"\n"
              "quote: \"say \\\"hi\\\"\"\n"
              "tail: \"x \"\n"
              "hash: \"a #b\"\n"
              "load: 1.5\n"
              "far: 1.0e+300\n"
              "whole: 2\n"
              "big: 18446744073709551615\n"
              "t: true\n"
              "none: null\n"
              "list:\n"
              "  - a: 1\n"
              "    b:\n"
              "      - 1\n"
              "      - 2\n"
              "  - a: 2\n"
              "    b: []\n"
              "map:\n"
              "  x: {}\n"
              "nested:\n"
              "  - - 1\n"
              "  - - 2\n"
              "    - 3\n");
        // Our own strict reader agrees.
        config::Diagnostics diagnostics;
        const auto root = config::parse_yaml(
            std::make_shared<config::Source>(config::Source{"out.yml", yaml}), diagnostics);
        REQUIRE(root);
        CHECK(root->find("quote")->scalar() == "say \"hi\"");
        CHECK(root->find("tail")->scalar() == "x ");
        CHECK(root->find("list")->elements().at(1).find("a")->scalar() == "2");
        CHECK(root->find("nested")->elements().at(1).elements().at(1).scalar() == "3");
    }

    TEST_CASE("colour needs a terminal that can, and a reader who did not say no") {
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("NO_COLOR");
        CHECK(wants_color("auto", true));
        CHECK_FALSE(wants_color("auto", false));
        CHECK_FALSE(wants_color("never", true));
        CHECK(wants_color("always", false));
        ::setenv("NO_COLOR", "1", 1);
        CHECK_FALSE(wants_color("auto", true));
        CHECK(wants_color("always", true));
        ::unsetenv("NO_COLOR");
        ::setenv("TERM", "dumb", 1);
        CHECK_FALSE(wants_color("auto", true));
    }
}
