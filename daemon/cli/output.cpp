#include "cli/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

bool is_one_of(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [text](std::string_view word) {
        return std::ranges::equal(text, word, [](char a, char b) { return (a | 0x20) == b; });
    });
}

/// Whether YAML reads the text as that text, not as a number, a truth, a date or a sign of its own.
bool is_plain_yaml(std::string_view text) {
    static constexpr std::array<std::string_view, 9> truths{"true", "false", "null", "yes", "no",
                                                            "on",   "off",   "y",    "n"};
    const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    if (text.empty() || !is_letter(text.front()) || text.back() == ' ') return false;
    const bool has_plain_signs = std::ranges::all_of(text, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
               c == '/' || c == ' ';
    });
    return has_plain_signs && !is_one_of(text, truths);
}

class YamlWriter {
public:
    explicit YamlWriter(std::string& out) : out_(out) {}

    /// `is_inline`: something of this line is written already ("- " or "key:").
    void write(const json::value& value, std::size_t depth, bool is_after_dash) {
        if (const auto* const object = value.if_object(); object != nullptr && !object->empty()) {
            bool is_first = is_after_dash;
            for (const auto& [key, member] : *object) {
                if (!is_first) indent(depth);
                is_first = false;
                scalar(key);
                out_ += ':';
                member_of(member, depth + 1);
            }
        } else if (const auto* const list = value.if_array(); list != nullptr && !list->empty()) {
            bool is_first = is_after_dash;
            for (const json::value& element : *list) {
                if (!is_first) indent(depth);
                is_first = false;
                out_ += "- ";
                write(element, depth + 1, true);
            }
        } else {
            leaf(value);
            out_ += '\n';
        }
    }

private:
    void member_of(const json::value& member, std::size_t depth) {
        const bool is_empty = (member.is_object() && member.get_object().empty()) ||
                              (member.is_array() && member.get_array().empty());
        if (member.is_structured() && !is_empty) {
            out_ += '\n';
            write(member, depth, false);
            return;
        }
        out_ += ' ';
        leaf(member);
        out_ += '\n';
    }
    void leaf(const json::value& value) {
        if (value.is_string()) {
            scalar(value.get_string());
        } else if (value.is_double()) {
            real(value.get_double());
        } else {
            out_ += json::serialize(value);  // integers, truths, null, {} and [] are YAML as well
        }
    }
    /// Older readers (YAML 1.1) take a number for one only when it has a point before the exponent.
    void real(double number) {
        std::string text = fmt::format("{}", number);
        const std::size_t exponent = text.find('e');
        if (exponent != std::string::npos && text.find('.') == std::string::npos)
            text.insert(exponent, ".0");
        out_ += text;
    }
    void scalar(std::string_view text) {
        // A JSON string is a double-quoted YAML string.
        out_ += is_plain_yaml(text) ? std::string(text) : json::serialize(json::string(text));
    }
    void indent(std::size_t depth) { out_.append(depth * 2, ' '); }

    std::string& out_;
};

}  // namespace

Format format_named(std::string_view word) {
    static constexpr std::array<std::string_view, 6> words{"table", "wide", "json",
                                                           "yaml",  "csv",  "name"};
    const auto found = std::ranges::find(words, word);
    return found == words.end() ? Format::table : static_cast<Format>(found - words.begin());
}

std::string csv_line(std::span<const std::string> fields) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i != 0) line += ',';
        const std::string& field = fields[i];
        const bool has_edge_space = field.starts_with(' ') || field.ends_with(' ');
        if (field.find_first_of(",\"\r\n") == std::string::npos && !has_edge_space) {
            line += field;
            continue;
        }
        line += '"';
        for (const char c : field) {
            if (c == '"') line += '"';
            line += c;
        }
        line += '"';
    }
    return line + '\n';
}

std::string yaml_of(const json::value& document) {
    std::string text;
    YamlWriter(text).write(document, 0, false);
    return text;
}

void print_document(const Invocation& call, std::string_view document) {
    if (call.format == Format::yaml) {
        call.console.out(yaml_of(json::parse(document)));
    } else {
        call.console.out(std::string(document) + (document.ends_with('\n') ? "" : "\n"));
    }
}

std::string Listing::as_table(const Invocation& call) const {
    const bool is_wide = call.format == Format::wide;
    std::vector<TablePrinter::Column> shown;
    for (const Column& column : columns_) {
        if (column.is_wide_only && !is_wide) continue;
        shown.push_back({column.header, column.align,
                         is_wide ? TablePrinter::unlimited : column.width_most,
                         column.is_left_out_when_empty});
    }
    TablePrinter table(std::move(shown));
    for (const std::vector<Cell>& row : rows_) {
        std::vector<TablePrinter::Cell> cells;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (columns_[i].is_wide_only && !is_wide) continue;
            cells.push_back({row[i].shown.value_or(row[i].value), row[i].tint});
        }
        table.add(std::move(cells));
    }
    return table.render(call.has_headers, call.console.color_out);
}

std::string Listing::as_csv(bool has_headers) const {
    std::string text;
    std::vector<std::string> fields;
    for (const Column& column : columns_)
        fields.push_back(column.key);
    if (has_headers) text = csv_line(fields);
    for (const std::vector<Cell>& row : rows_) {
        fields.clear();
        for (const Cell& cell : row)
            fields.push_back(harmless(cell.value));
        text += csv_line(fields);
    }
    return text;
}

void Listing::print(const Invocation& call) const {
    if (call.format == Format::csv) return call.console.out(as_csv(call.has_headers));
    if (call.format != Format::name) return call.console.out(as_table(call));
    std::string names;
    for (const std::vector<Cell>& row : rows_)
        names += harmless(row.front().value) + '\n';
    call.console.out(names);
}

}  // namespace pantau::cli
