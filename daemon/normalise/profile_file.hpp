#pragma once

#include <boost/regex.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "collectors/collector.hpp"
#include "config/yaml_reader.hpp"
#include "model/health.hpp"

/// A profile as it stands in its file, taken apart but not yet understood. Private to this folder.
namespace pantau::mapping {

using Kinds = std::span<const CollectorKind* const>;

/// One element of the list of ways to get at a value.
struct ChainElement {
    config::Node node;
    /// Number in Kinds of the section it stands in; nothing under `derive:`.
    std::optional<std::size_t> kind;
};

/// Everything a profile says about one target ("radio.clients", "_memory_free").
struct Definition {
    std::string target;
    config::Location location;
    std::vector<ChainElement> chain;
};

/// The keys of a table that are no columns.
struct TableHead {
    std::string name;
    config::Location location;
    std::optional<config::Node> key;
    std::optional<config::Node> component;
    std::optional<config::Node> where;
    std::optional<config::Node> parent;
    std::optional<config::Node> found_by;
};

/// Something to look at that only some devices have.
struct Probe {
    std::size_t kind = 0;
    std::string address;
    bool is_column = false;
    std::optional<boost::regex> match;
};

/// One way to recognise a device: all that is named must fit.
struct Alternative {
    std::vector<Oid> object_ids;  ///< Any of these, as a prefix; empty: not looked at.
    std::optional<boost::regex> description;
    std::optional<Probe> probe;
};

struct Base {
    std::string name;
    config::Node node;
};

struct Care {
    std::size_t kind = 0;
    std::shared_ptr<const CollectorSettings> settings;
};

struct ProfileFile {
    std::string name;
    config::Location location;
    std::string vendor;
    std::optional<Role> role_wireless;
    std::optional<Role> role_otherwise;
    bool verified = false;
    std::int64_t priority = 0;
    std::vector<Base> extends;
    std::vector<Alternative> detect;
    std::vector<Care> care;
    std::vector<TableHead> tables;
    std::vector<Definition> definitions;
};

/// Takes a profile apart. What is wrong is reported; the result is then not to be used.
[[nodiscard]] ProfileFile read_profile_file(const config::Node& root, Kinds kinds,
                                            config::Diagnostics& diagnostics);

/// A regular expression of a profile (Perl syntax), or nothing and a report.
[[nodiscard]] std::optional<boost::regex> read_regex(const config::Node& node,
                                                     config::Diagnostics& diagnostics);

/// The keys of `candidates` nearest to `word` as help text: `did you mean "x"?`, or empty.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     std::span<const std::string_view> candidates);

}  // namespace pantau::mapping
