#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "config/diagnostic.hpp"

namespace pantau::config {

struct Document;  // the parsed file, shared by its Nodes

/// One value of a YAML file, with its place. Cheap to copy; keeps its file alive.
///
/// Stricter than YAML where YAML surprises: duplicate keys, merge keys, aliases, tags, several
/// documents, tabs, non-UTF-8 and nesting over 64 are errors; `08` stays the text 08, nothing is
/// octal.
class Node {
public:
    enum class Kind : std::uint8_t { null, scalar, list, map };

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
    [[nodiscard]] bool is_scalar() const { return kind() == Kind::scalar; }
    [[nodiscard]] bool is_list() const { return kind() == Kind::list; }
    [[nodiscard]] bool is_map() const { return kind() == Kind::map; }
    [[nodiscard]] bool is_quoted() const;  ///< A scalar written with quotes: always text.

    [[nodiscard]] Location location() const;
    [[nodiscard]] std::string path() const;  ///< "credentials.city-v2.version"

    /// Text of a scalar exactly as written, unquoted; empty for the other kinds.
    [[nodiscard]] std::string_view scalar() const;
    /// Elements of a list; empty for the other kinds.
    [[nodiscard]] std::vector<Node> elements() const;
    /// Keys and values of a map, in file order; empty for the other kinds.
    [[nodiscard]] std::vector<std::pair<std::string, Node>> entries() const;
    /// Value of a key of a map.
    [[nodiscard]] std::optional<Node> find(std::string_view key) const;
    /// Place of the key itself, for messages about it; the value's when there is no key.
    [[nodiscard]] Location key_location() const;

    // Typed readings of this node. When the text does not fit, they report where and what would and
    // give nothing.
    [[nodiscard]] std::optional<std::string> text(Diagnostics& diagnostics) const;
    [[nodiscard]] std::optional<bool> flag(Diagnostics& diagnostics) const;  ///< true, false only
    [[nodiscard]] std::optional<std::int64_t> integer(Diagnostics& diagnostics, std::int64_t least,
                                                      std::int64_t most) const;  ///< decimal only
    [[nodiscard]] std::optional<double> number(Diagnostics& diagnostics) const;  ///< finite
    /// "250ms", "90s", "15m", "4h", "7d".
    [[nodiscard]] std::optional<Duration> duration(Diagnostics& diagnostics) const;
    /// A list of scalars, or one scalar as a list of one.
    [[nodiscard]] std::optional<std::vector<std::string>> texts(Diagnostics& diagnostics) const;

    /// Reports an error about this node.
    void complain(Diagnostics& diagnostics, std::string message, std::string help = {}) const;
    /// Reports what deserves a look about this node.
    void warn(Diagnostics& diagnostics, std::string message, std::string help = {}) const;

    Node(std::shared_ptr<const Document> document, std::uint32_t index)
        : document_(std::move(document)), index_(index) {}

private:
    friend Node merge_maps(const Node& base, const Node& over);

    std::shared_ptr<const Document> document_;
    std::uint32_t index_;
};

/// "250ms", "90s", "15m", "4h", "7d" as text from elsewhere; nothing when it is none.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

/// A map with the keys of both; where both have a key, the value of `over` stands. Every part keeps
/// its place. One level deep: a map inside is replaced whole. When one of them is no map: `over`.
[[nodiscard]] Node merge_maps(const Node& base, const Node& over);

/// Keys of another place in the file, and that place: for whoever writes one of them here.
struct KeysElsewhere {
    std::span<const std::string> keys;
    std::string_view place;
};

/// Reads the keys of one map and, at `finish`, reports those nobody asked for, with did-you-mean.
///
///     MapReader map(node, diagnostics);
///     settings.interval = map.duration("interval").value_or(settings.interval);
///     map.finish();
class MapReader {
public:
    /// Reports an error when the node is no map; all readings are then empty. A null node is an
    /// empty map.
    MapReader(const Node& node, Diagnostics& diagnostics);

    /// The value of a key that is there and not null; marks the key as known.
    [[nodiscard]] std::optional<Node> node(std::string_view key);
    /// As `node`, but an error when it is missing.
    [[nodiscard]] std::optional<Node> required(std::string_view key);

    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::optional<std::string> required_text(std::string_view key);
    [[nodiscard]] std::optional<bool> flag(std::string_view key);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                      std::int64_t most);
    [[nodiscard]] std::optional<double> number(std::string_view key);
    [[nodiscard]] std::optional<Duration> duration(std::string_view key);
    [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key);
    /// One of `words`; gives its number.
    [[nodiscard]] std::optional<std::size_t> one_of(std::string_view key,
                                                    std::span<const std::string_view> words);

    /// Marks a key as known without reading it.
    void accept(std::string_view key);
    /// `elsewhere`: a better word than "unknown" for those.
    void finish(const KeysElsewhere& elsewhere = {});

    [[nodiscard]] const Node& self() const { return node_; }

private:
    Node node_;
    Diagnostics& diagnostics_;
    std::vector<std::string> known_;
};

/// Limits of one file, so that no file can take the machine with it.
struct YamlLimits {
    std::size_t bytes = 64u << 20;
    std::size_t nodes = 4'000'000;
    std::size_t depth = 64;
};

/// Parses text. Nothing when it cannot be read as a whole; every reason is in `diagnostics`.
/// An empty text is an error ("half-written?").
[[nodiscard]] std::optional<Node> parse_yaml(std::shared_ptr<const Source> source,
                                             Diagnostics& diagnostics,
                                             const YamlLimits& limits = {});

/// Reads a file whole. Unreadable, too large, not UTF-8: reported, and nothing.
[[nodiscard]] std::shared_ptr<const Source> read_source(const std::string& path,
                                                        Diagnostics& diagnostics,
                                                        std::size_t bytes_most = 64u << 20);

/// `read_source` and `parse_yaml`.
[[nodiscard]] std::optional<Node> read_yaml(const std::string& path, Diagnostics& diagnostics,
                                            const YamlLimits& limits = {});

}  // namespace pantau::config
