#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/snmp/recording.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// Keeps the values of a walk and gives them back without what should not leave the house.
///
/// MAC addresses become others, one and the same for one and the same wherever it stands: as six
/// octets, in longer octets, in text, in a row index. The vendor's three octets stay, and the last
/// half octet, which tells the networks of one radio apart; an address that a phone made up keeps
/// its first octet alone. What SNMP tells of its own users and communities is left out, words that
/// are known to be secret, or follow "password=" and the like, are replaced.
///
/// Where MAC addresses stand in an index is known of the columns that profiles read. Elsewhere an
/// index is taken for a MAC address where six of its last
/// numbers are one that occurs elsewhere, or look like one. Tables stay tables in any case: the
/// same numbers always become the same.
class RecordingMask {
public:
    using Mac = std::array<std::uint8_t, 6>;

    /// `secrets` are hidden wherever they occur; short ones only where they are a value of
    /// their own.
    explicit RecordingMask(std::vector<std::string> secrets,
                           std::span<const KnownIndex> indexes = {});

    void add(std::span<const std::uint32_t> name, const snmp::Value& value);

    struct Counts {
        std::size_t macs = 0;      ///< Different ones.
        std::size_t secrets = 0;   ///< Words replaced.
        std::size_t left_out = 0;  ///< Values.
    };
    /// The lines of the recording, in the order of a walk. Once, at the end.
    [[nodiscard]] std::vector<std::string> lines();
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    using Entry = snmp::Recording::Entry;

    void collect(const Entry& entry);
    void collect_text(std::string_view text);
    void collect_index(const Oid& oid);
    void note(const Mac& mac);
    [[nodiscard]] bool is_known(const Mac& mac) const { return known_.contains(mac); }
    [[nodiscard]] Mac masked(const Mac& mac);

    [[nodiscard]] Oid masked(const Oid& oid);
    [[nodiscard]] std::string masked(std::string_view bytes);
    void mask_text(std::string& text);
    void mask_octets(std::string& bytes);
    void mask_secrets(std::string& text);

    std::vector<std::string> secrets_;
    std::map<Oid, std::set<std::size_t>> indexes_;  ///< Column: numbers before each address.
    std::vector<Entry> entries_;
    std::set<Mac> known_;
    std::set<std::array<std::uint8_t, 3>> vendors_;
    std::map<Mac, Mac> given_;                                   ///< Without their last half octet.
    std::map<std::array<std::uint8_t, 3>, std::uint32_t> next_;  ///< Per vendor.
    std::set<Mac> changed_;
    Counts counts_;
};

}  // namespace pantau::cli
