#include "config/masking.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "base/edit_distance.hpp"

namespace pantau::config {
namespace {

constexpr std::array<std::string_view, 14> secret_words = {
    "community",     "password", "passwd", "passphrase", "pass", "secret", "token",
    "authorization", "cookie",   "apikey", "bearer",     "psk",  "sandi",  "rahasia"};

// Long enough that a near miss is a typing mistake, not another word.
constexpr std::array<std::string_view, 6> often_mistyped = {
    "community", "password", "passwd", "passphrase", "secret", "authorization"};

/// How far up a line looks for the key it belongs to.
constexpr std::uint32_t lines_back = 64;

bool is_word_sign(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Where the value of the first secret key of a line begins; nothing without such a key.
std::optional<std::size_t> secret_value_at(std::string_view line) {
    for (std::size_t at = line.find_first_of(":="); at != std::string_view::npos;
         at = line.find_first_of(":=", at + 1)) {
        std::size_t end = at;
        while (end > 0 &&
               (is_blank(line[end - 1]) || line[end - 1] == '"' || line[end - 1] == '\''))
            --end;
        std::size_t begin = end;
        while (begin > 0 && is_word_sign(line[begin - 1]))
            --begin;
        if (!is_secret_key(line.substr(begin, end - begin))) continue;
        return std::min(line.find_first_not_of(" \t", at + 1), line.size());
    }
    return std::nullopt;
}

/// How deep a line stands; an element of a list stands deeper than a key at the same place.
/// Nothing for lines that hold nothing.
std::optional<std::size_t> depth_of(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') return std::nullopt;
    const bool is_element =
        line[first] == '-' && (first + 1 == line.size() || is_blank(line[first + 1]));
    return 2 * first + (is_element ? 1 : 0);
}

/// The lines before `number`, nearest last; found in one pass, files may be large.
std::vector<std::string_view> lines_before(const Source& source, std::string_view line) {
    std::vector<std::string_view> lines;
    if (line.data() == nullptr) return lines;
    std::size_t end = static_cast<std::size_t>(line.data() - source.text.data());
    while (end > 0 && lines.size() < lines_back) {
        --end;  // the line end before it
        const std::size_t before = end == 0 ? std::string::npos : source.text.rfind('\n', end - 1);
        const std::size_t begin = before == std::string::npos ? 0 : before + 1;
        std::string_view found = std::string_view(source.text).substr(begin, end - begin);
        if (found.ends_with('\r')) found.remove_suffix(1);
        lines.push_back(found);
        end = begin;
    }
    std::ranges::reverse(lines);
    return lines;
}

bool belongs_to_secret_key(std::string_view shown, const std::vector<std::string_view>& before) {
    std::optional<std::size_t> depth = depth_of(shown);
    if (!depth) return false;
    bool is_nearest = true;
    for (auto line = before.rbegin(); line != before.rend(); ++line) {
        const std::optional<std::size_t> above = depth_of(*line);
        if (!above) continue;
        const std::optional<std::size_t> value = secret_value_at(*line);
        const bool is_open = value && *value == line->size();
        if (value && (*above < *depth || (is_nearest && is_open))) return true;
        if (*depth == 0) break;
        is_nearest = false;
        depth = std::min(*depth, *above);
    }
    return false;
}

/// Whether a quote that a secret opened on an earlier line is still open.
bool is_in_secret_quotes(const std::vector<std::string_view>& before) {
    char quote = 0;
    for (const std::string_view line : before) {
        if (quote != 0) {
            if (line.find(quote) != std::string_view::npos) quote = 0;
            continue;
        }
        const std::optional<std::size_t> value = secret_value_at(line);
        if (!value || *value >= line.size()) continue;
        const char opener = line[*value];
        if (opener != '"' && opener != '\'') continue;
        if (line.find(opener, *value + 1) == std::string_view::npos) quote = opener;
    }
    return quote != 0;
}

/// "http://user:password@host": everything between the slashes and the @.
void add_user_info(std::string_view line, std::vector<HiddenRange>& ranges) {
    for (std::size_t at = line.find("://"); at != std::string_view::npos;
         at = line.find("://", at + 3)) {
        const std::size_t begin = at + 3;
        const std::size_t end = std::min(line.find_first_of("/ \t,;\"'", begin), line.size());
        const std::size_t sign = line.substr(0, end).rfind('@');
        if (sign != std::string_view::npos && sign > begin) ranges.push_back({begin, sign});
    }
}

}  // namespace

bool is_secret_key(std::string_view key) {
    std::string lower(key);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::ranges::replace(lower, '-', '_');
    if (lower.ends_with("_file")) return false;  // names a file, says nothing of what is in it
    if (lower == "api_key" || lower == "private_key") return true;
    for (std::size_t begin = 0; begin <= lower.size();) {
        const std::size_t end = std::min(lower.find('_', begin), lower.size());
        const std::string_view part = std::string_view(lower).substr(begin, end - begin);
        if (!part.empty() && std::ranges::find(secret_words, part) != secret_words.end())
            return true;
        if (part.size() >= 5 && did_you_mean(part, often_mistyped)) return true;
        begin = end + 1;
    }
    return false;
}

std::vector<HiddenRange> hidden_ranges(const Source& source, std::uint32_t number) {
    const std::string_view line = source.line(number);
    const std::vector<std::string_view> before = lines_before(source, line);
    if (belongs_to_secret_key(line, before) || is_in_secret_quotes(before)) {
        return {{std::min(line.find_first_not_of(" \t"), line.size()), line.size()}};
    }
    std::vector<HiddenRange> ranges;
    add_user_info(line, ranges);
    // A secret's value may hold any sign, so the whole rest of the line goes with it.
    if (const auto value = secret_value_at(line); value && *value < line.size()) {
        std::erase_if(ranges, [&](const HiddenRange& range) { return range.end > *value; });
        ranges.push_back({*value, line.size()});
    }
    return ranges;
}

}  // namespace pantau::config
