#include "config/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/edit_distance.hpp"
#include "config/masking.hpp"
#include "config/yaml_document.hpp"

namespace pantau::config {
namespace {

std::string_view word_for(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::scalar:
            return "a single value";
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a map";
    }
    return "";
}

/// The value as a message may show it: short, and never a secret.
std::string quoted(const Node& node) {
    constexpr std::size_t shown_most = 60;
    if (is_secret_key(node.path())) return "the value";
    const std::string_view text = node.scalar();
    if (text.size() <= shown_most) return fmt::format("\"{}\"", text);
    std::size_t end = shown_most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return fmt::format("\"{}…\"", text.substr(0, end));
}

bool expect_scalar(const Node& node, Diagnostics& diagnostics, std::string_view wanted) {
    if (node.is_scalar()) return true;
    node.complain(diagnostics,
                  fmt::format("{} is expected here, not {}", wanted, word_for(node.kind())));
    return false;
}

std::string why_no_integer(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.starts_with("0x") || digits.starts_with("0X") || digits.starts_with("0o")) {
        return "write it in decimal digits";
    }
    if (digits.size() > 1 && digits.front() == '0' &&
        digits.find_first_not_of("0123456789") == std::string_view::npos) {
        return "write it without leading zero; nothing is read as octal here";
    }
    if (digits.find_first_of("eE.,") != std::string_view::npos) {
        return "write all digits, without point, comma or exponent";
    }
    return {};
}

bool is_integer(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    return text.size() == 1 || text.front() != '0';
}

struct Unit {
    std::string_view word;
    std::chrono::milliseconds value;
};
constexpr Unit units[] = {{"ms", std::chrono::milliseconds(1)},
                          {"s", std::chrono::seconds(1)},
                          {"m", std::chrono::minutes(1)},
                          {"h", std::chrono::hours(1)},
                          {"d", std::chrono::hours(24)}};

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::int64_t count = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + digits, count);
    if (digits == 0 || parsed.ec != std::errc{}) return std::nullopt;
    for (const Unit& unit : units) {
        if (text.substr(digits) != unit.word) continue;
        constexpr std::chrono::milliseconds most = std::chrono::hours(24 * 36'500);
        if (count > most / unit.value) return std::nullopt;
        return count * unit.value;
    }
    return std::nullopt;
}

Node::Kind Node::kind() const {
    return document_->records[index_].kind;
}

bool Node::is_quoted() const {
    return document_->records[index_].is_quoted;
}

Location Node::location() const {
    const Record& record = document_->records[index_];
    return {document_->sources[record.source], record.line, record.column, record.length};
}

Location Node::key_location() const {
    if (!document_->records[index_].has_key) return location();
    const Record& key = document_->records[index_ - 1];
    return {document_->sources[key.source], key.line, key.column, key.length};
}

std::string Node::path() const {
    const std::vector<Record>& records = document_->records;
    std::string path;
    for (std::uint32_t at = index_; records[at].parent != Record::none; at = records[at].parent) {
        const Record& record = records[at];
        if (record.has_key) {
            const Record& key = records[at - 1];
            const std::string_view word =
                std::string_view(document_->text).substr(key.text, key.text_size);
            path =
                fmt::format("{}{}{}", word, path.empty() || path.front() == '[' ? "" : ".", path);
            continue;
        }
        std::size_t number = 0;
        for (std::uint32_t i = record.parent + 1; i < at; i = records[i].end)
            ++number;
        path =
            fmt::format("[{}]{}{}", number, path.empty() || path.front() == '[' ? "" : ".", path);
    }
    if (document_->path.empty()) return path;
    return fmt::format("{}{}{}", document_->path, path.empty() || path.front() == '[' ? "" : ".",
                       path);
}

std::string_view Node::scalar() const {
    const Record& record = document_->records[index_];
    return std::string_view(document_->text).substr(record.text, record.text_size);
}

std::vector<Node> Node::elements() const {
    std::vector<Node> found;
    if (!is_list()) return found;
    const std::vector<Record>& records = document_->records;
    for (std::uint32_t at = index_ + 1; at < records[index_].end; at = records[at].end)
        found.emplace_back(document_, at);
    return found;
}

std::vector<std::pair<std::string, Node>> Node::entries() const {
    std::vector<std::pair<std::string, Node>> found;
    if (!is_map()) return found;
    const std::vector<Record>& records = document_->records;
    for (std::uint32_t key = index_ + 1; key < records[index_].end; key = records[key + 1].end) {
        const std::string_view word =
            std::string_view(document_->text).substr(records[key].text, records[key].text_size);
        found.emplace_back(std::string(word), Node(document_, key + 1));
    }
    return found;
}

std::optional<Node> Node::find(std::string_view key) const {
    if (!is_map()) return std::nullopt;
    const std::vector<Record>& records = document_->records;
    const std::string_view text = document_->text;
    for (std::uint32_t at = index_ + 1; at < records[index_].end; at = records[at + 1].end) {
        if (text.substr(records[at].text, records[at].text_size) == key)
            return Node(document_, at + 1);
    }
    return std::nullopt;
}

void Node::complain(Diagnostics& diagnostics, std::string message, std::string help) const {
    // Past the limit nobody reads it, and finding the path in a long list costs.
    std::string where = diagnostics.errors() < Diagnostics::limit ? path() : std::string{};
    diagnostics.error(location(), std::move(message), std::move(help), std::move(where));
}

void Node::warn(Diagnostics& diagnostics, std::string message, std::string help) const {
    std::string where = diagnostics.warnings() < Diagnostics::limit ? path() : std::string{};
    diagnostics.warning(location(), std::move(message), std::move(help), std::move(where));
}

std::optional<std::string> Node::text(Diagnostics& diagnostics) const {
    if (!expect_scalar(*this, diagnostics, "text")) return std::nullopt;
    return std::string(scalar());
}

std::optional<bool> Node::flag(Diagnostics& diagnostics) const {
    if (!expect_scalar(*this, diagnostics, "true or false")) return std::nullopt;
    if (scalar() == "true") return true;
    if (scalar() == "false") return false;
    complain(diagnostics, fmt::format("{} is neither true nor false", quoted(*this)),
             "write true or false");
    return std::nullopt;
}

std::optional<std::int64_t> Node::integer(Diagnostics& diagnostics, std::int64_t least,
                                          std::int64_t most) const {
    if (!expect_scalar(*this, diagnostics, "a whole number")) return std::nullopt;
    const std::string_view written = scalar();
    if (!is_integer(written)) {
        complain(diagnostics, fmt::format("{} is no whole number", quoted(*this)),
                 why_no_integer(written));
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto parsed = std::from_chars(written.data(), written.data() + written.size(), value);
    if (parsed.ec != std::errc{} || value < least || value > most) {
        complain(diagnostics, fmt::format("{} is not from {} to {}", quoted(*this), least, most));
        return std::nullopt;
    }
    return value;
}

std::optional<double> Node::number(Diagnostics& diagnostics) const {
    if (!expect_scalar(*this, diagnostics, "a number")) return std::nullopt;
    const std::string_view written = scalar();
    double value = 0;
    const auto parsed = std::from_chars(written.data(), written.data() + written.size(), value);
    const bool is_whole = parsed.ptr == written.data() + written.size();
    if (parsed.ec == std::errc{} && is_whole && std::isfinite(value)) return value;
    complain(
        diagnostics, fmt::format("{} is no number", quoted(*this)),
        written.find(',') != std::string_view::npos ? "write a decimal point, not a comma" : "");
    return std::nullopt;
}

std::optional<Duration> Node::duration(Diagnostics& diagnostics) const {
    if (!expect_scalar(*this, diagnostics, "a duration")) return std::nullopt;
    if (const auto value = parse_duration(scalar())) return value;
    const bool is_bare = is_integer(scalar());
    complain(diagnostics, fmt::format("{} is no duration", quoted(*this)),
             is_bare ? fmt::format("add a unit: {}s", scalar())
                     : "write a whole number and ms, s, m, h or d: 250ms, 90s, 15m, 4h, 7d");
    return std::nullopt;
}

std::optional<std::vector<std::string>> Node::texts(Diagnostics& diagnostics) const {
    if (is_scalar()) return std::vector<std::string>{std::string(scalar())};
    if (!is_list()) {
        complain(diagnostics,
                 fmt::format("a list of texts is expected here, not {}", word_for(kind())));
        return std::nullopt;
    }
    std::vector<std::string> values;
    bool is_good = true;
    for (const Node& element : elements()) {
        std::optional<std::string> value = element.text(diagnostics);
        is_good = is_good && value.has_value();
        if (value) values.push_back(std::move(*value));
    }
    if (!is_good) return std::nullopt;
    return values;
}

Node merge_maps(const Node& base, const Node& over) {
    if (!base.is_map() || !over.is_map()) return over;
    auto merged = std::make_shared<Document>();
    merged->path = over.path();
    merged->records.push_back(over.document_->records[over.index_]);
    Record& root = merged->records.front();
    root.parent = Record::none;
    root.has_key = false;
    const auto source_number = [&](const std::shared_ptr<const Source>& source) {
        const auto found = std::ranges::find(merged->sources, source);
        const auto number = static_cast<std::uint16_t>(found - merged->sources.begin());
        if (found == merged->sources.end()) merged->sources.push_back(source);
        return number;
    };
    const auto copy = [&](const Document& from, std::uint32_t first, std::uint32_t end,
                          std::uint32_t parent_before) {
        const auto shift = static_cast<std::uint32_t>(merged->records.size()) - first;
        for (std::uint32_t i = first; i < end; ++i) {
            Record record = from.records[i];
            const std::string_view text =
                std::string_view(from.text).substr(record.text, record.text_size);
            record.source = source_number(from.sources[record.source]);
            record.text = static_cast<std::uint32_t>(merged->text.size());
            record.end += shift;
            record.parent = record.parent == parent_before ? 0 : record.parent + shift;
            merged->text += text;
            merged->records.push_back(record);
        }
    };
    root.source = source_number(over.document_->sources[root.source]);
    for (const auto& [key, value] : base.entries()) {
        if (over.find(key)) continue;
        const std::uint32_t end = value.document_->records[value.index_].end;
        copy(*value.document_, value.index_ - 1, end, base.index_);
    }
    const std::uint32_t over_end = over.document_->records[over.index_].end;
    copy(*over.document_, over.index_ + 1, over_end, over.index_);
    merged->records.front().end = static_cast<std::uint32_t>(merged->records.size());
    return Node(merged, 0);
}

MapReader::MapReader(const Node& node, Diagnostics& diagnostics)
    : node_(node), diagnostics_(diagnostics) {
    if (node.is_map() || node.is_null()) return;
    // A single value where a map belongs may be a secret: `credentials: {city: its-community}`.
    Location location = node.location();
    location.hidden = node.is_scalar();
    diagnostics.error(
        std::move(location),
        fmt::format("a map (key: value) is expected here, not {}", word_for(node.kind())), {},
        node.path());
}

std::optional<Node> MapReader::node(std::string_view key) {
    accept(key);
    std::optional<Node> found = node_.find(key);
    if (found && found->is_null()) return std::nullopt;
    return found;
}

std::optional<Node> MapReader::required(std::string_view key) {
    std::optional<Node> found = node(key);
    if (!found && (node_.is_map() || node_.is_null())) {
        node_.complain(diagnostics_, fmt::format("\"{}\" is missing", key));
    }
    return found;
}

std::optional<std::string> MapReader::text(std::string_view key) {
    const std::optional<Node> found = node(key);
    return found ? found->text(diagnostics_) : std::nullopt;
}

std::optional<std::string> MapReader::required_text(std::string_view key) {
    const std::optional<Node> found = required(key);
    return found ? found->text(diagnostics_) : std::nullopt;
}

std::optional<bool> MapReader::flag(std::string_view key) {
    const std::optional<Node> found = node(key);
    return found ? found->flag(diagnostics_) : std::nullopt;
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, std::int64_t least,
                                               std::int64_t most) {
    const std::optional<Node> found = node(key);
    return found ? found->integer(diagnostics_, least, most) : std::nullopt;
}

std::optional<double> MapReader::number(std::string_view key) {
    const std::optional<Node> found = node(key);
    return found ? found->number(diagnostics_) : std::nullopt;
}

std::optional<Duration> MapReader::duration(std::string_view key) {
    const std::optional<Node> found = node(key);
    return found ? found->duration(diagnostics_) : std::nullopt;
}

std::optional<std::vector<std::string>> MapReader::texts(std::string_view key) {
    const std::optional<Node> found = node(key);
    return found ? found->texts(diagnostics_) : std::nullopt;
}

std::optional<std::size_t> MapReader::one_of(std::string_view key,
                                             std::span<const std::string_view> words) {
    const std::optional<Node> found = node(key);
    if (!found) return std::nullopt;
    if (!expect_scalar(*found, diagnostics_, "a word")) return std::nullopt;
    const auto word = std::ranges::find(words, found->scalar());
    if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
    const auto meant = did_you_mean(found->scalar(), words);
    found->complain(
        diagnostics_, fmt::format("{} is not one of the words allowed here", quoted(*found)),
        fmt::format("{}allowed: {}", meant ? fmt::format("did you mean \"{}\"? ", *meant) : "",
                    fmt::join(words, ", ")));
    return std::nullopt;
}

void MapReader::accept(std::string_view key) {
    if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
}

void MapReader::finish(const KeysElsewhere& elsewhere) {
    for (const auto& [key, value] : node_.entries()) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        if (std::ranges::find(elsewhere.keys, key) != elsewhere.keys.end()) {
            diagnostics_.error(value.key_location(), fmt::format("\"{}\" cannot stand here", key),
                               fmt::format("write it in {}", elsewhere.place), node_.path());
            continue;
        }
        const std::vector<std::string_view> known(known_.begin(), known_.end());
        const auto meant = did_you_mean(key, known);
        std::string help = meant ? fmt::format("did you mean \"{}\"? ", *meant) : std::string{};
        help += known.empty() ? "no key is allowed here"
                              : fmt::format("allowed: {}", fmt::join(known, ", "));
        diagnostics_.error(value.key_location(), fmt::format("unknown key \"{}\"", key),
                           std::move(help), node_.path());
    }
}

}  // namespace pantau::config
