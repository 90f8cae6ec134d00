#include "exporters/web/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace pantau::web {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_word(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

/// Calls `see` with each piece between separators, without blanks around it.
template <class See>
void for_each_piece(std::string_view list, char separator, const See& see) {
    while (!list.empty()) {
        const std::size_t end = list.find(separator);
        see(trimmed(list.substr(0, end)));
        list = end == std::string_view::npos ? "" : list.substr(end + 1);
    }
}

/// One entry of an Accept or Accept-Encoding.
struct Entry {
    std::string_view name;
    std::string_view version;
    double weight = 1;
};

/// A weight that cannot be read counts as wanted.
Entry entry_of(std::string_view text) {
    Entry entry;
    bool is_first = true;
    for_each_piece(text, ';', [&](std::string_view piece) {
        if (is_first) {
            entry.name = piece;
        } else if (piece.size() > 2 && is_word(piece.substr(0, 2), "q=")) {
            const std::string_view number = piece.substr(2);
            double weight = 1;
            const auto [end, error] =
                std::from_chars(number.data(), number.data() + number.size(), weight);
            if (error == std::errc() && end == number.data() + number.size() && weight >= 0)
                entry.weight = std::min(weight, 1.0);
        } else if (piece.size() > 8 && is_word(piece.substr(0, 8), "version=")) {
            entry.version = piece.substr(8);
        }
        is_first = false;
    });
    return entry;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    std::optional<bool> named;
    bool any = false;
    for_each_piece(accept_encoding, ',', [&](std::string_view piece) {
        const Entry entry = entry_of(piece);
        const bool is_gzip = is_word(entry.name, "gzip") || is_word(entry.name, "x-gzip");
        if (is_gzip && !named) named = entry.weight > 0;
        if (entry.name == "*") any = entry.weight > 0;
    });
    return named.value_or(any);
}

bool prefers_open_metrics(std::string_view accept) {
    double open = 0;
    double text = 0;
    for_each_piece(accept, ',', [&](std::string_view piece) {
        const Entry entry = entry_of(piece);
        const bool is_ours =
            entry.version.empty() || entry.version == "1.0.0" || entry.version == "\"1.0.0\"";
        if (is_word(entry.name, "application/openmetrics-text") && is_ours)
            open = std::max(open, entry.weight);
        else if (is_word(entry.name, "text/plain"))
            text = std::max(text, entry.weight);
    });
    return open > 0 && open >= text;
}

}  // namespace pantau::web
