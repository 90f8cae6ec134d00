#include "cli/recording_mask.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <iterator>
#include <optional>

namespace pantau::cli {
namespace {

using Mac = RecordingMask::Mac;

/// Users, communities and views of SNMP itself: no profile asks for them.
const std::array administration{Oid{1, 3, 6, 1, 6, 3, 12}, Oid{1, 3, 6, 1, 6, 3, 13},
                                Oid{1, 3, 6, 1, 6, 3, 14}, Oid{1, 3, 6, 1, 6, 3, 15},
                                Oid{1, 3, 6, 1, 6, 3, 16}, Oid{1, 3, 6, 1, 6, 3, 18},
                                // WEP keys of IEEE 802.11.
                                Oid{1, 2, 840, 10036, 1, 3}, Oid{1, 2, 840, 10036, 1, 4}};

const Oid if_phys_address{1, 3, 6, 1, 2, 1, 2, 2, 1, 6};
const Oid enterprises{1, 3, 6, 1, 4, 1};
const Oid ieee_802_11{1, 2, 840, 10036};

/// Forwarding tables of bridges: column, and how many numbers stand before the address.
struct Forwarding {
    Oid table;
    std::size_t before;
};
const std::array forwarding{Forwarding{{1, 3, 6, 1, 2, 1, 17, 4, 3, 1}, 1},
                            Forwarding{{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1}, 2}};

constexpr std::string_view hidden = "***";
/// A shorter word occurs in other words.
constexpr std::size_t secret_least = 6;

bool is_printable(std::uint32_t part) {
    return part >= 0x20 && part < 0x7F;
}

bool is_text(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](unsigned char c) {
        return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r';
    });
}

/// Numbers that begin with zeros are small numbers; an odd first octet is a group or everybody.
bool is_someone(const Mac& mac) {
    return (mac[0] | mac[1] | mac[2]) != 0 && mac[0] % 2 == 0;
}

bool is_local(const Mac& mac) {
    return (mac[0] & 2) != 0;
}

std::array<std::uint8_t, 3> vendor_of(const Mac& mac) {
    return {mac[0], mac[1], mac[2]};
}

template <class Part>
std::optional<Mac> mac_of(std::span<const Part> parts) {
    Mac mac{};
    for (std::size_t i = 0; i < mac.size(); ++i) {
        if constexpr (sizeof(Part) > 1)
            if (parts[i] > 255) return std::nullopt;
        mac[i] = static_cast<std::uint8_t>(parts[i]);
    }
    return is_someone(mac) ? std::optional(mac) : std::nullopt;
}

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

/// A MAC address written out at this place of a text.
struct Written {
    Mac mac{};
    std::size_t size = 0;
    bool is_bare = false;  ///< Twelve digits and nothing between: perhaps only a number.
};

/// 04:18:d6:aa:bb:cc, 04-18-D6-AA-BB-CC, 0418.d6aa.bbcc, 0418d6aabbcc.
std::optional<Written> written_at(std::string_view text, std::size_t at) {
    if (at > 0 && digit_of(text[at - 1])) return std::nullopt;
    Written found;
    std::size_t digits = 0;
    char between = 0;
    std::size_t group = 0;  // digits between two separators
    std::size_t i = at;
    for (; i < text.size() && digits < 12; ++i) {
        if (const auto digit = digit_of(text[i])) {
            auto& octet = found.mac[digits / 2];
            octet = static_cast<std::uint8_t>(octet * 16 + *digit);
            ++digits;
            continue;
        }
        const bool is_separator = text[i] == ':' || text[i] == '-' || text[i] == '.';
        if (!is_separator || digits == 0) return std::nullopt;
        if (between == 0) {
            between = text[i];
            group = digits;
        }
        if (text[i] != between || (group != 2 && group != 4) || digits % group != 0)
            return std::nullopt;
        if (!digit_of(text[i - 1])) return std::nullopt;
    }
    if (digits != 12 || (i < text.size() && digit_of(text[i]))) return std::nullopt;
    found.size = i - at;
    found.is_bare = between == 0;
    const std::size_t whole = between == 0 ? 12 : group == 2 ? 17 : 14;
    if (found.size != whole || !is_someone(found.mac)) return std::nullopt;
    return found;
}

/// Whether the end of an index is a text: its length, then as many characters.
bool ends_in_text(std::span<const std::uint32_t> parts) {
    for (std::size_t at = enterprises.size() + 1; at + 1 < parts.size(); ++at) {
        const auto rest = parts.subspan(at + 1);
        const bool is_length =
            parts[at] <= rest.size() && parts[at] >= 2 && rest.size() - parts[at] <= 2;
        if (is_length && std::ranges::all_of(rest.first(parts[at]), is_printable)) return true;
    }
    return false;
}

bool looks_like_mac(std::span<const std::uint32_t> window) {
    const auto mac = mac_of(window);
    // The numbers of a MIB are small; three octets of a MAC address seldom are.
    return mac && !std::ranges::all_of(window, is_printable) &&
           std::ranges::count_if(window, [](std::uint32_t part) { return part > 31; }) >= 3;
}

}  // namespace

RecordingMask::RecordingMask(std::vector<std::string> secrets, std::span<const KnownIndex> indexes)
    : secrets_(std::move(secrets)) {
    for (const KnownIndex& each : indexes) {
        const auto column = each.collector == "snmp" ? Oid::parse(each.column) : std::nullopt;
        if (column) indexes_[*column].insert(each.macs.begin(), each.macs.end());
    }
}

void RecordingMask::add(std::span<const std::uint32_t> name, const snmp::Value& value) {
    entries_.push_back({Oid(name), value.type, value.integer, value.natural,
                        std::string(value.bytes), Oid(value.oid)});
}

void RecordingMask::note(const Mac& mac) {
    known_.insert(mac);
    if (!is_local(mac)) vendors_.insert(vendor_of(mac));
}

void RecordingMask::collect_text(std::string_view text) {
    for (std::size_t at = 0; at + 12 <= text.size(); ++at) {
        const auto found = written_at(text, at);
        if (!found || found->is_bare) continue;
        note(found->mac);
        at += found->size - 1;
    }
}

void RecordingMask::collect(const Entry& entry) {
    if (entry.type != snmp::ValueType::octets) return;
    const std::span<const char> bytes(entry.bytes);
    const std::span octets(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    const bool is_address = entry.oid.starts_with(if_phys_address) || !is_text(entry.bytes);
    if (octets.size() == 6 && is_address) {
        if (const auto mac = mac_of(octets)) note(*mac);
    } else if (is_text(entry.bytes)) {
        collect_text(entry.bytes);
    }
}

/// Finds addresses that stand in an index alone. Those that are known are found anyway.
void RecordingMask::collect_index(const Oid& oid) {
    const auto parts = oid.parts();
    for (const Forwarding& each : forwarding) {
        const std::size_t start = each.table.size() + each.before;
        if (oid.starts_with(each.table) && parts.size() == start + 6) {
            if (const auto mac = mac_of(parts.subspan(start))) note(*mac);
            return;
        }
    }
    const auto next = indexes_.upper_bound(oid);
    if (next != indexes_.begin() && oid.starts_with(std::prev(next)->first)) {
        const auto& [column, places] = *std::prev(next);
        const auto index = parts.subspan(column.size());
        for (const std::size_t at : places) {
            if (index.size() < at + 6) continue;
            if (const auto mac = mac_of(index.subspan(at, 6))) note(*mac);
        }
        return;
    }
    constexpr std::size_t behind_most = 2;
    const std::size_t start_least = enterprises.size() + 2;
    if (!oid.starts_with(enterprises) && !oid.starts_with(ieee_802_11)) return;
    const auto window = [&](std::size_t behind) {
        return parts.subspan(parts.size() - 6 - behind, 6);
    };
    std::size_t most = 0;
    for (std::size_t behind = 0; behind <= behind_most; ++behind) {
        if (parts.size() < start_least + 6 + behind) break;
        if (behind > 0 && parts[parts.size() - behind] > 63) break;
        most = behind + 1;
        const auto mac = mac_of(window(behind));
        if (mac && (is_known(*mac) || vendors_.contains(vendor_of(*mac)))) return note(*mac);
    }
    if (ends_in_text(parts)) return;
    // More numbers behind it are a radio and a network; fewer would take those for the address.
    for (std::size_t behind = most; behind-- > 0;)
        if (looks_like_mac(window(behind))) return note(*mac_of(window(behind)));
}

Mac RecordingMask::masked(const Mac& mac) {
    changed_.insert(mac);
    Mac key = mac;
    key[5] &= 0xF0;
    const auto known = given_.find(key);
    Mac result = known != given_.end() ? known->second : key;
    if (known == given_.end()) {
        if (is_local(mac)) result[1] = result[2] = 0;
        const std::uint32_t number = ++next_[vendor_of(result)];
        result[3] = static_cast<std::uint8_t>(number >> 12);
        result[4] = static_cast<std::uint8_t>(number >> 4);
        result[5] = static_cast<std::uint8_t>(number << 4);
        given_.emplace(key, result);
    }
    result[5] = static_cast<std::uint8_t>(result[5] | (mac[5] & 0x0F));
    return result;
}

Oid RecordingMask::masked(const Oid& oid) {
    std::vector<std::uint32_t> parts(oid.parts().begin(), oid.parts().end());
    for (std::size_t at = enterprises.size(); at + 6 <= parts.size();) {
        const auto mac = mac_of(std::span<const std::uint32_t>(parts).subspan(at, 6));
        if (!mac || !is_known(*mac)) {
            ++at;
            continue;
        }
        std::ranges::copy(masked(*mac), parts.begin() + static_cast<std::ptrdiff_t>(at));
        at += 6;
    }
    return Oid(std::span<const std::uint32_t>(parts));
}

void RecordingMask::mask_text(std::string& text) {
    constexpr std::string_view small = "0123456789abcdef";
    constexpr std::string_view large = "0123456789ABCDEF";
    for (std::size_t at = 0; at + 12 <= text.size(); ++at) {
        const auto found = written_at(text, at);
        if (!found || (found->is_bare && !is_known(found->mac))) continue;
        const Mac mac = masked(found->mac);
        const std::string_view was(text.data() + at, found->size);
        const bool is_large = std::ranges::any_of(was, [](char c) { return c >= 'A' && c <= 'F'; });
        std::size_t digit = 0;
        for (std::size_t i = at; i < at + found->size; ++i) {
            if (!digit_of(text[i])) continue;
            const unsigned octet = mac[digit / 2];
            text[i] = (is_large ? large : small)[digit % 2 == 0 ? octet >> 4 : octet & 15];
            ++digit;
        }
        at += found->size - 1;
    }
}

void RecordingMask::mask_octets(std::string& bytes) {
    for (std::size_t at = 0; at + 6 <= bytes.size();) {
        const std::span octets(reinterpret_cast<const std::uint8_t*>(bytes.data() + at), 6);
        const auto mac = mac_of(octets);
        if (!mac || !is_known(*mac)) {
            ++at;
            continue;
        }
        const Mac other = masked(*mac);
        std::ranges::copy(other, bytes.begin() + static_cast<std::ptrdiff_t>(at));
        at += 6;
    }
}

void RecordingMask::mask_secrets(std::string& text) {
    for (const std::string& secret : secrets_) {
        if (secret.empty()) continue;
        if (text == secret) {
            text = hidden;
            ++counts_.secrets;
        }
        if (secret.size() < secret_least || secret == "public" || secret == "private") continue;
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
            text.replace(at, secret.size(), hidden);
            ++counts_.secrets;
        }
    }
    if (text.find_first_of("=:") == std::string::npos) return;
    static const boost::regex named(
        R"(((?:pass(?:word|wd|phrase|key)?|psk|pre-?shared-?key|secret|community|wpa-?key|wep-?key)"
        R"([\w-]*)\s*[=:]\s*"?)([^\s",;]+))",
        boost::regex::perl | boost::regex::icase);
    std::size_t count = 0;
    std::string changed = boost::regex_replace(text, named, [&](const boost::smatch& found) {
        if (found[2].str() == hidden) return found[0].str();
        ++count;
        return found[1].str() + std::string(hidden);
    });
    counts_.secrets += count;
    if (count != 0) text = std::move(changed);
}

std::string RecordingMask::masked(std::string_view given) {
    std::string bytes(given);
    if (is_text(bytes)) {
        mask_text(bytes);
        mask_secrets(bytes);
    }
    mask_octets(bytes);
    return bytes;
}

std::vector<std::string> RecordingMask::lines() {
    counts_.left_out = std::erase_if(entries_, [](const Entry& entry) {
        return std::ranges::any_of(administration,
                                   [&](const Oid& oid) { return entry.oid.starts_with(oid); });
    });
    std::ranges::stable_sort(entries_, {}, &Entry::oid);
    for (const Entry& entry : entries_)
        collect(entry);
    for (const Entry& entry : entries_)
        collect_index(entry.oid);
    for (Entry& entry : entries_) {
        entry.oid = masked(entry.oid);
        if (entry.type == snmp::ValueType::oid) entry.value_oid = masked(entry.value_oid);
        if (entry.type == snmp::ValueType::octets || entry.type == snmp::ValueType::opaque)
            entry.bytes = masked(entry.bytes);
    }
    std::ranges::stable_sort(entries_, {}, &Entry::oid);
    counts_.macs = changed_.size();
    std::vector<std::string> lines;
    lines.reserve(entries_.size());
    for (const Entry& entry : entries_)
        lines.push_back(snmp::recording_line(
            entry.oid.parts(),
            {entry.type, entry.integer, entry.natural, entry.bytes, entry.value_oid.parts()}));
    return lines;
}

}  // namespace pantau::cli
