#include "exporters/prometheus/label_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/utf8.hpp"
#include "exporters/prometheus/families.hpp"
#include "nasty_strings.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace std::string_view_literals;

namespace {

std::string escaped(std::string_view value) {
    std::string out;
    append_label_value(out, value);
    return out;
}

/// As a reader of the text format takes a value; the text as it is when that breaks its rules.
std::string read_back(std::string_view text) {
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            value.push_back(text[i]);
            continue;
        }
        ++i;
        if (i == text.size() || (text[i] != '\\' && text[i] != '"' && text[i] != 'n'))
            return std::string(text);
        value.push_back(text[i] == 'n' ? '\n' : text[i]);
    }
    return value;
}

std::vector<std::string> labels_for(const std::vector<std::string>& hierarchy) {
    return area_labels(hierarchy);
}

}  // namespace

TEST_SUITE("exporters/prometheus/label text") {
    TEST_CASE("quotes, backslashes and line ends are escaped, the rest is left alone") {
        struct Row {
            std::string_view value;
            std::string_view text;
        };
        for (const Row& row : {
                 Row{"", ""},
                 Row{"Malang-WiFi", "Malang-WiFi"},
                 Row{"{a=1, b}", "{a=1, b}"},
                 Row{"say \"hi\"", R"(say \"hi\")"},
                 Row{R"(C:\n)", R"(C:\\n)"},
                 Row{"two\nlines", R"(two\nlines)"},
                 Row{"caf\xC3\xA9 \xF0\x9F\x93\xB6", "caf\xC3\xA9 \xF0\x9F\x93\xB6"},
             }) {
            CAPTURE(row.value);
            std::string out = "before ";
            CHECK(append_label_value(out, row.value) == LabelText::kept);
            CHECK(out == "before " + std::string(row.text));
        }
    }

    TEST_CASE("what is not UTF-8 and what controls a terminal is replaced, and that is told") {
        struct Row {
            std::string_view value;
            std::string_view text;
        };
        for (const Row& row : {
                 Row{"\xFF\xFE"sv, "\xEF\xBF\xBD\xEF\xBF\xBD"},
                 Row{"a\0b"sv,
                     "a\xEF\xBF\xBD"
                     "b"},
                 Row{"\t"sv, "\xEF\xBF\xBD"},
                 Row{"\x1B[31m"sv, "\xEF\xBF\xBD[31m"},
                 Row{"\x7F"sv, "\xEF\xBF\xBD"},
                 Row{"\xC3"sv, "\xEF\xBF\xBD"},
                 Row{"\xC3\""sv, "\xEF\xBF\xBD\\\""},
                 Row{"\xC0\xAF"sv, "\xEF\xBF\xBD\xEF\xBF\xBD"},
                 Row{"\xED\xA0\x80"sv, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
             }) {
            CAPTURE(row.value);
            std::string out;
            CHECK(append_label_value(out, row.value) == LabelText::replaced);
            CHECK(out == row.text);
        }
    }

    TEST_CASE("no string comes out as anything but one line of UTF-8 that reads back") {
        for (const std::string& value : by_hand::nasty_strings()) {
            CAPTURE(value);
            std::string text;
            const LabelText result = append_label_value(text, value);
            CHECK_FALSE(find_invalid_utf8(text).has_value());
            CHECK(text.find('\n') == std::string::npos);
            const std::string back = read_back(text);
            CHECK(escaped(back) == text);
            if (result == LabelText::kept) CHECK(back == value);
        }
    }

    TEST_CASE("two values that are kept never look the same") {
        std::set<std::string> values;
        std::set<std::string> texts;
        for (const std::string& value : by_hand::nasty_strings()) {
            std::string text;
            if (append_label_value(text, value) != LabelText::kept) continue;
            values.insert(value);
            texts.insert(text);
        }
        CHECK(values.size() > 100);
        CHECK(texts.size() == values.size());
    }

    TEST_CASE("a label is its name and its value between quotes") {
        std::string out = "{";
        CHECK(append_label(out, "ssid", "a\"b") == LabelText::kept);
        CHECK(out == R"({ssid="a\"b")");
    }

    TEST_CASE("help is one line; quotes need no escape there") {
        CHECK(escape_help("a \"b\" \\ c\nd") == R"(a "b" \\ c\nd)");
        CHECK(escape_help("").empty());
    }

    TEST_CASE("names of labels and metrics are letters, digits and low lines") {
        for (const std::string_view name : {"ap", "_x", "rw2", "KEC", "a_b"}) {
            CAPTURE(name);
            CHECK(is_label_name(name));
            CHECK(is_metric_name(name));
        }
        for (const std::string_view name :
             {"", "2rw", "a-b", "a b", "a:b", "__name__", "r\xC3\xA9gion", "a\n", "{"}) {
            CAPTURE(name);
            CHECK_FALSE(is_label_name(name));
            CHECK_FALSE(is_metric_name(name));
        }
    }

    TEST_CASE("levels of the hierarchy are labels as they are, mended where they cannot be") {
        using Names = std::vector<std::string>;
        CHECK(labels_for({"kecamatan", "kelurahan", "rw"}) ==
              Names{"kecamatan", "kelurahan", "rw"});
        CHECK(labels_for({}).empty());
        CHECK(labels_for({"rukun warga", "RT/RW"}) == Names{"rukun_warga", "RT_RW"});
        CHECK(labels_for({"2nd", "", "__x"}) == Names{"area_2nd", "area_", "area___x"});
        CHECK(labels_for({"ap", "shard", "level", "job"}) ==
              Names{"area_ap", "area_shard", "area_level", "area_job"});
        CHECK(labels_for({"caf\xC3\xA9"}) == Names{"caf__"});
    }

    TEST_CASE("labels of the hierarchy all differ and stand for nothing else") {
        const std::vector<std::string> hierarchy{"ap",   "area_ap", "a-b",     "a_b", "a b",
                                                 "ssid", "ssid",    "area_ap", "",    ""};
        const auto labels = labels_for(hierarchy);
        REQUIRE(labels.size() == hierarchy.size());
        CHECK(std::set<std::string>(labels.begin(), labels.end()).size() == labels.size());
        for (const std::string& label : labels) {
            CAPTURE(label);
            CHECK(is_label_name(label));
            CHECK(std::ranges::find(reserved_labels(), label) == reserved_labels().end());
        }
    }
}
