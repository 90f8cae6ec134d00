// From bytes to a Document: what YAML allows and we do not is refused here.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <streambuf>
#include <utility>

#include "base/utf8.hpp"
#include "config/yaml_document.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::config {
namespace {

/// Reads text where it stands: a file is not copied once more to be parsed.
class ViewBuffer : public std::streambuf {
public:
    explicit ViewBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());  // never written: no put area is set
        setg(begin, begin, begin + text.size());
    }
};

/// Ends the parsing of a file after its error was reported.
struct Refused {};

/// The sign after a quoted scalar that begins at `begin`; nothing when its quote is never closed.
std::optional<std::size_t> end_of_quotes(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (quote == '"' || at + 1 >= text.size() || text[at + 1] != '\'') return at + 1;
            ++at;
        }
    }
    return std::nullopt;
}

/// Keeps what yaml-cpp's parser tells as Records, and refuses what we do not want.
class Builder final : public YAML::EventHandler {
public:
    Builder(std::shared_ptr<const Source> source, Diagnostics& diagnostics,
            const YamlLimits& limits)
        : source_(*source), diagnostics_(diagnostics), limits_(limits) {
        document_->sources.push_back(std::move(source));
    }

    [[nodiscard]] std::shared_ptr<Document> document() const { return document_; }
    /// Where the last thing that was understood begins.
    [[nodiscard]] std::size_t last_position() const { return last_position_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            refuse(location_of(mark), "a second document begins here",
                   "one file holds one document: put the rest into a file of its own");
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check(mark, "?", anchor);
        Record& record = add(Node::Kind::null, mark);
        if (record.has_key) {
            // yaml-cpp tells the place of whatever comes next.
            const Record& key = document_->records[document_->records.size() - 2];
            record.line = key.line, record.column = key.column, record.length = key.length;
        }
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(location_of(mark), "aliases (*name) are not allowed here",
               "write the value out, or use defaults and groups");
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        Record& record = add(Node::Kind::scalar, mark);
        record.text = static_cast<std::uint32_t>(document_->text.size());
        record.text_size = static_cast<std::uint32_t>(value.size());
        document_->text += value;
        const std::size_t begin = static_cast<std::size_t>(mark.pos);
        record.is_quoted = tag == "!";
        if (record.is_quoted) expect_closed(begin, mark);
        record.length = written_length(begin, record.is_quoted, value);
        if (is_value_next() && !record.is_quoted && value == "<<") {
            refuse(location_of(mark), "merge keys (<<) are not allowed here",
                   "write the values out, or use defaults and groups");
        }
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check(mark, tag, anchor);
        open(Node::Kind::list, mark);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check(mark, tag, anchor);
        open(Node::Kind::map, mark);
    }
    void OnMapEnd() override {
        const std::uint32_t map = open_.back().record;
        close();
        find_duplicates(map);
    }

private:
    struct Open {
        std::uint32_t record;
        bool expects_value = false;  ///< Of a map: its key was just told.
    };

    [[noreturn]] void refuse(Location location, std::string message, std::string help) {
        diagnostics_.error(std::move(location), std::move(message), std::move(help));
        throw Refused{};
    }

    [[nodiscard]] Location location_of(const YAML::Mark& mark, std::uint32_t length = 1) const {
        return {document_->sources.front(), static_cast<std::uint32_t>(mark.line + 1),
                static_cast<std::uint32_t>(mark.column + 1), length};
    }

    void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        last_position_ = static_cast<std::size_t>(mark.pos);
        if (anchor != 0) {
            refuse(location_of(mark), "anchors (&name) are not allowed here",
                   "write the value out, or use defaults and groups");
        }
        const bool is_tagged = last_position_ < source_.text.size() &&
                               source_.text[last_position_] == '!' && tag != "?";
        if (is_tagged || (tag != "?" && tag != "!" && !tag.empty())) {
            refuse(location_of(mark), "tags (!name) are not allowed here",
                   "write the plain value; text that looks like something else goes in quotes");
        }
        if (document_->records.size() >= limits_.nodes) {
            refuse(location_of(mark), fmt::format("more than {} values in one file", limits_.nodes),
                   "split the file, or write devices as CSV");
        }
    }

    /// Whether what was told last is a key of a map.
    [[nodiscard]] bool is_value_next() const {
        return !open_.empty() && is_map(open_.back().record) && open_.back().expects_value;
    }

    [[nodiscard]] bool is_map(std::uint32_t record) const {
        return document_->records[record].kind == Node::Kind::map;
    }

    Record& add(Node::Kind kind, const YAML::Mark& mark) {
        Record record;
        record.kind = kind;
        record.line = static_cast<std::uint32_t>(mark.line + 1);
        record.column = static_cast<std::uint32_t>(mark.column + 1);
        const auto index = static_cast<std::uint32_t>(document_->records.size());
        record.end = index + 1;
        if (!open_.empty()) {
            Open& above = open_.back();
            record.parent = above.record;
            if (is_map(above.record)) {
                record.has_key = above.expects_value;
                above.expects_value = !above.expects_value;
                if (!record.has_key && kind != Node::Kind::scalar) {
                    refuse(location_of(mark), "a key must be a word",
                           kind == Node::Kind::null ? "there is nothing before the colon" : "");
                }
            }
        }
        document_->records.push_back(record);
        return document_->records.back();
    }

    void open(Node::Kind kind, const YAML::Mark& mark) {
        add(kind, mark);
        if (open_.size() >= limits_.depth) {
            refuse(location_of(mark), fmt::format("nested deeper than {} levels", limits_.depth),
                   "");
        }
        open_.push_back({static_cast<std::uint32_t>(document_->records.size() - 1)});
    }

    void close() {
        document_->records[open_.back().record].end =
            static_cast<std::uint32_t>(document_->records.size());
        open_.pop_back();
    }

    /// yaml-cpp takes the rest of the file for a text whose quote is never closed, without a word.
    void expect_closed(std::size_t begin, const YAML::Mark& mark) {
        const std::string_view text = source_.text;
        const bool has_quote = begin < text.size() && (text[begin] == '\'' || text[begin] == '"');
        if (!has_quote || end_of_quotes(text, begin)) return;
        refuse(location_of(mark), "this quote is never closed",
               "close it; is the file half-written?");
    }

    /// How many bytes of its first line a scalar takes, for the caret.
    std::uint32_t written_length(std::size_t begin, bool is_quoted, const std::string& value) {
        const std::string_view text = source_.text;
        std::size_t end = begin + value.size();
        if (is_quoted && begin < text.size() && (text[begin] == '\'' || text[begin] == '"')) {
            const std::optional<std::size_t> closed = end_of_quotes(text, begin);
            end = closed.value_or(text.size());
        }
        const std::size_t line_end = std::min(text.find_first_of("\r\n", begin), text.size());
        end = std::clamp(end, begin, std::max(begin, line_end));
        return static_cast<std::uint32_t>(std::max<std::size_t>(end - begin, 1));
    }

    [[nodiscard]] std::string_view text_of(std::uint32_t record) const {
        const Record& found = document_->records[record];
        return std::string_view(document_->text).substr(found.text, found.text_size);
    }

    void find_duplicates(std::uint32_t map) {
        keys_.clear();
        const std::vector<Record>& records = document_->records;
        for (std::uint32_t key = map + 1; key < records[map].end; key = records[key + 1].end)
            keys_.push_back(key);
        if (keys_.size() < 2) return;
        std::ranges::stable_sort(keys_, {}, [this](std::uint32_t key) { return text_of(key); });
        for (std::size_t i = 1; i < keys_.size(); ++i) {
            if (text_of(keys_[i - 1]) != text_of(keys_[i])) continue;
            const Record& first = records[keys_[i - 1]];
            const Record& again = records[keys_[i]];
            diagnostics_.error(
                {document_->sources.front(), again.line, again.column, again.length},
                fmt::format("key \"{}\" stands here a second time", text_of(keys_[i])),
                fmt::format("it stands first at {}:{}:{}; keep one of them", source_.name,
                            first.line, first.column));
        }
    }

    std::shared_ptr<Document> document_ = std::make_shared<Document>();
    const Source& source_;
    Diagnostics& diagnostics_;
    const YamlLimits& limits_;
    std::vector<Open> open_;
    std::vector<std::uint32_t> keys_;
    std::size_t documents_ = 0;
    std::size_t last_position_ = 0;
};

Location location_at(const std::shared_ptr<const Source>& source, std::size_t position) {
    const std::string_view before = std::string_view(source->text).substr(0, position);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto lines = std::ranges::count(before, '\n');
    return {source, static_cast<std::uint32_t>(lines + 1),
            static_cast<std::uint32_t>(position - line_begin + 1)};
}

/// Where a quote opens that nothing closes, looking on from a place outside of quotes.
std::optional<std::size_t> find_open_quote(std::string_view text, std::size_t from) {
    for (std::size_t at = from; at < text.size();) {
        const bool begins =
            at == 0 || std::string_view(" \t\n\r[{,").find(text[at - 1]) != std::string_view::npos;
        if (begins && text[at] == '#') {
            at = text.find('\n', at);
            continue;
        }
        if (!begins || (text[at] != '\'' && text[at] != '"')) {
            ++at;
            continue;
        }
        const std::optional<std::size_t> closed = end_of_quotes(text, at);
        if (!closed) return at;
        at = *closed;
    }
    return std::nullopt;
}

/// What yaml-cpp says in words of its own, in ours, with what to do.
struct Translation {
    std::string_view theirs;
    std::string_view ours;
    std::string_view help;
};
constexpr std::array translations = {
    Translation{"illegal map value", "a colon stands where none is expected",
                "text that holds \": \" goes in quotes; else look at the indentation of this line "
                "and the one before"},
    Translation{"illegal EOF in scalar", "the file ends inside a quoted text",
                "is the file half-written, or a quote not closed?"},
    Translation{"end of map flow not found", "a brace { is never closed",
                "add the }; is the file half-written?"},
    Translation{"end of sequence flow not found", "a bracket [ is never closed",
                "add the ]; is the file half-written?"},
    Translation{"end of map not found", "this line does not belong to the map above it",
                "look at the indentation of this line and the one before"},
    Translation{"end of sequence not found", "this line does not belong to the list above it",
                "look at the indentation of this line and the one before"},
    Translation{"illegal flow end", "a closing brace or bracket without its opening one", ""},
    Translation{"unknown token", "a value cannot begin with this sign", "put the text in quotes"},
    Translation{"illegal block entry", "a list element (- ) stands where none is expected",
                "look at the indentation of this line and the one before"},
    Translation{"illegal map key", "a key stands where none is expected",
                "look at the indentation of this line and the one before"},
    Translation{"unknown escape character: ", "an unknown escape in double quotes",
                "use single quotes when a backslash is meant as it stands"},
    Translation{"illegal tab when looking for indentation", "a tab in the indentation",
                "indent with spaces"},
    Translation{"bad file", "nested too deeply", ""},
};

void report(const YAML::Exception& error, const std::shared_ptr<const Source>& source,
            const Builder& builder, Diagnostics& diagnostics) {
    Location location{source, static_cast<std::uint32_t>(std::max(error.mark.line, 0) + 1),
                      static_cast<std::uint32_t>(std::max(error.mark.column, 0) + 1)};
    if (const auto quote = find_open_quote(source->text, builder.last_position())) {
        diagnostics.error(location_at(source, *quote), "this quote is never closed",
                          "close it; is the file half-written?");
        return;
    }
    for (const Translation& row : translations) {
        if (!error.msg.starts_with(row.theirs)) continue;
        diagnostics.error(location, std::string(row.ours), std::string(row.help));
        return;
    }
    diagnostics.error(location, "this is not YAML: " + error.msg);
}

bool has_tab_indentation(const std::shared_ptr<const Source>& source, Diagnostics& diagnostics) {
    const std::string_view text = source->text;
    for (std::size_t tab = text.find('\t'); tab != std::string_view::npos;
         tab = text.find('\t', tab + 1)) {
        const std::size_t line_begin = text.substr(0, tab).rfind('\n') + 1;
        if (text.find_first_not_of(' ', line_begin) != tab) continue;
        const std::size_t first = text.find_first_not_of(" \t", tab);
        if (first == std::string_view::npos) return false;
        if (text[first] == '\n' || text[first] == '\r' || text[first] == '#') continue;
        diagnostics.error(location_at(source, tab), "a tab in the indentation",
                          "indent with spaces");
        return true;
    }
    return false;
}

/// What no reader of text can live with: told once, with its place.
bool is_readable_text(const std::shared_ptr<const Source>& source, Diagnostics& diagnostics) {
    const std::string_view text = source->text;
    if (const auto invalid = find_invalid_utf8(text)) {
        diagnostics.error(location_at(source, *invalid), "this is not UTF-8 text",
                          "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")");
        return false;
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        diagnostics.error(location_at(source, nul), "a NUL byte in a text file",
                          "is the file half-written, or not a text file at all?");
        return false;
    }
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        diagnostics.error({source, 0, 0}, "the file is empty", "is it half-written?");
        return false;
    }
    return true;
}

}  // namespace

std::optional<Node> parse_yaml(std::shared_ptr<const Source> source, Diagnostics& diagnostics,
                               const YamlLimits& limits) {
    if (source->text.size() > limits.bytes) {
        diagnostics.error({source, 0, 0}, fmt::format("larger than {} MiB", limits.bytes >> 20),
                          "split it");
        return std::nullopt;
    }
    if (!is_readable_text(source, diagnostics)) return std::nullopt;
    if (has_tab_indentation(source, diagnostics)) return std::nullopt;
    Builder builder(source, diagnostics, limits);
    try {
        ViewBuffer buffer(source->text);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Refused&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        report(error, source, builder, diagnostics);
        return std::nullopt;
    }
    const std::shared_ptr<Document> document = builder.document();
    if (document->records.empty()) {
        document->records.emplace_back();
        document->records.front().line = 1;
        document->records.front().column = 1;
        document->records.front().end = 1;
    }
    return Node(document, 0);
}

}  // namespace pantau::config
