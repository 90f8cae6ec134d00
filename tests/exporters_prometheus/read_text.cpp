#include "read_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/utf8.hpp"

namespace pantau::by_hand {
namespace {

bool is_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

/// Takes escapes apart; nothing when there is one that the format does not know.
std::optional<std::string> unescaped(std::string_view text, bool has_quotes) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            plain.push_back(text[i]);
            continue;
        }
        if (++i == text.size()) return std::nullopt;
        if (text[i] == 'n') {
            plain.push_back('\n');
        } else if (text[i] == '\\' || (has_quotes && text[i] == '"')) {
            plain.push_back(text[i]);
        } else {
            return std::nullopt;
        }
    }
    return plain;
}

class Reader {
public:
    TextRead read(std::string_view text) {
        if (!text.empty() && text.back() != '\n') fail("the last line has no end");
        if (find_invalid_utf8(text)) fail("not UTF-8");
        while (!text.empty() && out_.fault.empty()) {
            ++line_;
            const std::size_t end = text.find('\n');
            take(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
        end_family();
        return std::move(out_);
    }

private:
    void fail(std::string_view words) {
        if (out_.fault.empty())
            out_.fault = "line " + std::to_string(line_) + ": " + std::string(words);
    }

    void take(std::string_view line) {
        if (line.starts_with("# HELP ")) return take_help(line.substr(7));
        if (line.starts_with("# TYPE ")) return take_type(line.substr(7));
        take_series(line);
    }

    void take_help(std::string_view rest) {
        end_family();
        const std::size_t blank = rest.find(' ');
        const std::string_view name = rest.substr(0, blank);
        if (!is_name(name)) return fail("a name that is none");
        if (!names_.emplace(name).second) return fail("a family in two places");
        if (blank == std::string_view::npos) return fail("no help");
        const auto help = unescaped(rest.substr(blank + 1), false);
        if (!help) return fail("help with an unknown escape");
        out_.families.push_back({std::string(name), *help, {}, {}});
    }

    void take_type(std::string_view rest) {
        if (out_.families.empty() || !rest.starts_with(out_.families.back().name + ' '))
            return fail("a type without help before it");
        FamilyRead& family = out_.families.back();
        if (!family.type.empty() || !family.series.empty()) return fail("a type out of place");
        family.type = rest.substr(family.name.size() + 1);
        if (family.type != "gauge" && family.type != "counter" && family.type != "histogram")
            fail("an unknown type");
    }

    void take_series(std::string_view line) {
        if (out_.families.empty() || out_.families.back().type.empty())
            return fail("a series without family");
        FamilyRead& family = out_.families.back();
        SeriesRead series;
        const std::size_t name_end = line.find_first_of("{ ");
        series.name = line.substr(0, name_end);
        if (series.name != family.name) return fail("a series of another family");
        std::size_t at = name_end;
        if (at < line.size() && line[at] == '{' && !take_labels(line, at, series)) return;
        if (at >= line.size() || line[at] != ' ') return fail("no value");
        series.text = line.substr(0, at);
        const std::string_view number = line.substr(at + 1);
        const char* const end = number.data() + number.size();
        const auto read = std::from_chars(number.data(), end, series.value);
        if (read.ec != std::errc() || read.ptr != end) return fail("a value that is no number");
        auto labels = series.labels;
        std::ranges::sort(labels);
        if (!series_.emplace(series.name, std::move(labels)).second) return fail("a series twice");
        family.series.push_back(std::move(series));
    }

    /// From the opening bracket at `at` to behind the closing one.
    bool take_labels(std::string_view line, std::size_t& at, SeriesRead& series) {
        ++at;
        while (at < line.size() && line[at] != '}') {
            const std::size_t equals = line.find("=\"", at);
            if (equals == std::string_view::npos) return fail("a label without value"), false;
            const std::string name(line.substr(at, equals - at));
            if (!is_name(name)) return fail("a label name that is none"), false;
            std::size_t end = equals + 2;
            while (end < line.size() && line[end] != '"')
                end += line[end] == '\\' ? 2 : 1;
            if (end >= line.size()) return fail("a label value without end"), false;
            const auto value = unescaped(line.substr(equals + 2, end - equals - 2), true);
            if (!value) return fail("a label value with an unknown escape"), false;
            for (const auto& label : series.labels) {
                if (label.first == name) return fail("a label twice"), false;
            }
            series.labels.emplace_back(name, *value);
            at = end + 1;
            if (at < line.size() && line[at] == ',') ++at;
        }
        if (at >= line.size()) return fail("labels without end"), false;
        ++at;
        return true;
    }

    void end_family() {
        if (out_.families.empty()) return;
        if (out_.families.back().type.empty()) fail("a family without type");
        if (out_.families.back().series.empty()) fail("a family without series");
    }

    TextRead out_;
    std::size_t line_ = 0;
    std::set<std::string, std::less<>> names_;
    std::set<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> series_;
};

}  // namespace

std::size_t TextRead::size() const {
    std::size_t count = 0;
    for (const FamilyRead& family : families)
        count += family.series.size();
    return count;
}

TextRead read_text(std::string_view text) {
    return Reader().read(text);
}

}  // namespace pantau::by_hand
