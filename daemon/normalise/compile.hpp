#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "normalise/mapping.hpp"
#include "normalise/profile_file.hpp"

/// From what a profile says to what the evaluation needs. Private to this folder.
namespace pantau::mapping {

/// The state while one profile is understood: names known so far, fields asked for so far.
struct Compilation {
    Kinds kinds;
    config::Diagnostics& diagnostics;
    Mapping& out;
    std::map<std::string, std::uint16_t, std::less<>> slots;   ///< Target to number.
    std::map<std::string, std::uint16_t, std::less<>> tables;  ///< Name to number.
    /// Per kind of collector: what to ask.
    std::vector<std::vector<Field>> asked;
    /// Per Mapping field: the one it is asked instead of, while every use agrees.
    struct Use {
        std::uint16_t instead_of = none;
        bool is_used = false;
    };
    std::vector<Use> uses;
    /// What addresses "object_id.…" hang below; empty: such addresses are left out.
    std::string object_id;

    /// The field of that address, asked once however often it is used.
    std::uint16_t field(std::size_t kind, const std::string& address, std::uint16_t table,
                        const std::string& label);
    /// A slot by the name a profile writes: a column of `table`, or a scalar; reported if unknown.
    std::optional<std::uint16_t> resolve(const config::Node& node, std::uint16_t table);
    /// A column of another table: "ssid.clients".
    std::optional<std::uint16_t> resolve_column(const config::Node& node, std::uint16_t table);
};

/// Reads one element of a chain. Nothing when it is wrong (reported).
[[nodiscard]] std::optional<Rule> read_rule(Compilation& compilation, const Slot& slot,
                                            const ChainElement& element);

/// `{column: value, …}`: conditions on the rows of a table.
[[nodiscard]] std::vector<Condition> read_conditions(Compilation& compilation,
                                                     const config::Node& node, std::uint16_t table);

/// The file with what it extends worked in. Bases come in the order of `extends`.
[[nodiscard]] ProfileFile merged(const ProfileFile& file,
                                 const std::vector<const ProfileFile*>& bases);

/// Null when anything is wrong (reported). With the sysObjectID of a device for the addresses that
/// hang below it; without one, they are left out.
[[nodiscard]] std::shared_ptr<const Mapping> compile(const ProfileFile& file, Kinds kinds,
                                                     config::Diagnostics& diagnostics,
                                                     std::string_view object_id = {});

}  // namespace pantau::mapping
