#include "config/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/secret.hpp"
#include "base/utf8.hpp"
#include "config/masking.hpp"

namespace pantau::config {
namespace {

/// Columns shown of a line: what fits beside a line number on a terminal of 100.
constexpr std::size_t columns_most = 90;
/// A line longer than this is no line a person wrote; it is not shown at all.
constexpr std::size_t shown_line_most = 64u << 10;

struct Colors {
    std::string_view error, warning, frame, off;
};
constexpr Colors plain{"", "", "", ""};
constexpr Colors colored{"\x1b[1;31m", "\x1b[1;33m", "\x1b[36m", "\x1b[0m"};

/// A line as a reader sees it, one entry per column.
struct Shown {
    std::vector<std::string> columns;
    std::size_t caret = 0;
    std::size_t caret_length = 1;
};

std::string visible(std::string_view bytes, const CodePoint& sign) {
    if (sign.length == 0) return "\xEF\xBF\xBD";
    if (sign.value == '\t' || sign.value == 0xA0) return " ";
    if (is_invisible(sign.value)) return "\xEF\xBF\xBD";
    return std::string(bytes.substr(0, sign.length));
}

Shown show(std::string_view line, const Location& location, std::vector<HiddenRange> hidden) {
    const std::size_t from = location.column > 0 ? location.column - 1 : 0;
    const std::size_t to = std::min(from + std::max<std::size_t>(location.length, 1), line.size());
    Shown shown;
    bool has_caret = false;
    std::size_t caret_end = 0;
    const auto put = [&](std::string column, std::size_t begin, std::size_t end) {
        if (!has_caret && end > from) {
            has_caret = true;
            shown.caret = shown.columns.size();
        }
        shown.columns.push_back(std::move(column));
        if (begin < to) caret_end = shown.columns.size();
    };
    std::size_t at = 0;
    for (auto range = hidden.begin(); at < line.size();) {
        if (range != hidden.end() && at >= range->begin) {
            for (std::size_t i = 0; i < hidden_secret.size(); ++i)
                put(std::string(1, hidden_secret[i]), at, range->end);
            at = std::max(at + 1, range->end);
            ++range;
            continue;
        }
        const CodePoint sign = decode_utf8(line.substr(at));
        const std::size_t length = std::max<std::size_t>(sign.length, 1);
        put(visible(line.substr(at), sign), at, at + length);
        at += length;
    }
    if (!has_caret) shown.caret = shown.columns.size();
    shown.caret_length = std::max(caret_end, shown.caret + 1) - shown.caret;
    return shown;
}

/// Cuts to a readable width so that the caret stays in sight.
void cut(Shown& shown) {
    if (shown.columns.size() <= columns_most) return;
    const std::string dots = "\xE2\x80\xA6";
    const std::size_t before = columns_most / 2;
    std::size_t first = shown.caret > before ? shown.caret - before : 0;
    first = std::min(first, shown.columns.size() - columns_most);
    const std::size_t last = first + columns_most;
    const bool is_cut_after = last < shown.columns.size();
    std::vector<std::string> kept(shown.columns.begin() + static_cast<std::ptrdiff_t>(first),
                                  shown.columns.begin() + static_cast<std::ptrdiff_t>(last));
    if (first > 0) kept.front() = dots;
    if (is_cut_after) kept.back() = dots;
    shown.caret -= first;
    shown.columns = std::move(kept);
}

std::vector<HiddenRange> ranges_of(const Location& location, std::string_view line) {
    if (!location.hidden) return hidden_ranges(*location.source, location.line);
    const std::size_t colon = line.find(':');
    const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 1;
    return {{std::min(line.find_first_not_of(' ', begin), line.size()), line.size()}};
}

void print_line(std::ostream& out, const Location& location, bool is_hidden, const Colors& colors) {
    const std::string_view line = location.source->line(location.line);
    const std::string number = std::to_string(location.line);
    const std::string margin(number.size(), ' ');
    if (line.size() > shown_line_most) {
        out << fmt::format("{}{} | (a line of {} bytes){}\n", colors.frame, number, line.size(),
                           colors.off);
        return;
    }
    const std::vector<HiddenRange> whole{{0, line.size()}};
    Shown shown = show(line, location, is_hidden ? whole : ranges_of(location, line));
    cut(shown);
    std::string text;
    for (const std::string& column : shown.columns)
        text += column;
    const std::size_t length =
        std::min(shown.caret_length,
                 std::max<std::size_t>(shown.columns.size(), shown.caret + 1) - shown.caret);
    out << colors.frame << margin << " |" << colors.off << "\n"
        << colors.frame << number << " | " << colors.off << text << "\n"
        << colors.frame << margin << " | " << colors.off << std::string(shown.caret, ' ')
        << std::string(length, '^') << "\n";
}

/// Messages quote what a file holds: one line, no control bytes, no terminal tricks.
std::string harmless(std::string_view text) {
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint sign = decode_utf8(text.substr(at));
        kept += visible(text.substr(at), sign);
        at += std::max<std::size_t>(sign.length, 1);
    }
    return kept;
}

void print_entry(std::ostream& out, const Diagnostic& entry, bool is_hidden, const Colors& colors) {
    const bool is_error = entry.severity == Diagnostic::Severity::error;
    out << (is_error ? colors.error : colors.warning) << (is_error ? "error" : "warning")
        << colors.off << ": " << harmless(entry.message) << "\n";
    const Location& location = entry.location;
    const bool has_line = location.source && location.line != 0;
    if (location.source) {
        out << colors.frame << "  --> " << colors.off << harmless(location.source->name);
        if (has_line) out << ':' << location.line << ':' << std::max(location.column, 1u);
        if (!entry.path.empty()) out << "   at " << harmless(entry.path);
        out << "\n";
    }
    if (has_line) print_line(out, location, is_hidden, colors);
    if (!entry.help.empty()) {
        const std::string margin(has_line ? std::to_string(location.line).size() : 1, ' ');
        out << colors.frame << margin << " = " << colors.off << "help: " << harmless(entry.help)
            << "\n";
    }
}

bool is_same(const Diagnostic& a, const Diagnostic& b) {
    return a.location.line == b.location.line && a.location.column == b.location.column &&
           a.location.source == b.location.source && a.severity == b.severity &&
           a.message == b.message;
}

std::string first_words(const Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out, false);
    return std::move(out).str();
}

}  // namespace

std::string_view Source::line(std::uint32_t number) const {
    std::string_view rest = text;
    for (std::uint32_t i = 1; i < number; ++i) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return {};
        rest.remove_prefix(end + 1);
    }
    if (number == 0) return {};
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest;
}

void Diagnostics::add(Diagnostic entry) {
    const bool is_error = entry.severity == Diagnostic::Severity::error;
    // What a group's node has wrong is met again with every device that uses it.
    for (const Diagnostic& known : entries_) {
        if (is_same(known, entry)) return;
    }
    std::size_t& count = is_error ? errors_ : warnings_;
    if (++count <= limit) entries_.push_back(std::move(entry));
}

void Diagnostics::error(Location location, std::string message, std::string help,
                        std::string path) {
    add({Diagnostic::Severity::error, std::move(location), std::move(message), std::move(path),
         std::move(help)});
}

void Diagnostics::warning(Location location, std::string message, std::string help,
                          std::string path) {
    add({Diagnostic::Severity::warning, std::move(location), std::move(message), std::move(path),
         std::move(help)});
}

void Diagnostics::append(Diagnostics other) {
    std::size_t listed_errors = 0;
    std::size_t listed_warnings = 0;
    for (Diagnostic& entry : other.entries_) {
        const bool is_error = entry.severity == Diagnostic::Severity::error;
        ++(is_error ? listed_errors : listed_warnings);
        add(std::move(entry));
    }
    errors_ += other.errors_ - listed_errors;
    warnings_ += other.warnings_ - listed_warnings;
    std::ranges::move(other.hidden_, std::back_inserter(hidden_));
}

void Diagnostics::hide_lines(std::shared_ptr<const Source> source, std::uint32_t first,
                             std::uint32_t last) {
    hidden_.push_back({std::move(source), first, last});
}

bool Diagnostics::is_hidden(const Location& location) const {
    return std::ranges::any_of(hidden_, [&](const HiddenLines& lines) {
        return lines.source == location.source && lines.first <= location.line &&
               location.line <= lines.last;
    });
}

void Diagnostics::print(std::ostream& out, bool color) const {
    const Colors& colors = color ? colored : plain;
    std::size_t shown_errors = 0;
    for (const Diagnostic& entry : entries_) {
        print_entry(out, entry, is_hidden(entry.location), colors);
        if (entry.severity == Diagnostic::Severity::error) ++shown_errors;
    }
    const std::size_t more_errors = errors_ - shown_errors;
    const std::size_t more_warnings = warnings_ - (entries_.size() - shown_errors);
    if (more_errors != 0 || more_warnings != 0) {
        out << fmt::format("and {} more errors, {} more warnings\n", more_errors, more_warnings);
    }
}

ConfigError::ConfigError(Diagnostics diagnostics)
    : std::runtime_error(first_words(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace pantau::config
