#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/city/wire.hpp"

namespace pantau::city {

/// The kinds of equipment in the simulated city.
enum class Vendor : std::uint8_t {
    unifi,     ///< Ubiquiti UniFi AP: the standard AP, 8 interfaces, 2 radios, 4 virtual APs.
    routeros,  ///< MikroTik with the legacy wireless package, 2 radios and 2 virtual APs.
    openwrt,   ///< net-snmp with UCD, HOST-RESOURCES and the extend scripts.
    ruckus,    ///< Ruckus standalone.
    uplink,    ///< A kelurahan's switch: MikroTik without radios.
};
inline constexpr std::size_t vendor_count = 5;

/// Texts that differ from device to device; a test may replace each.
enum class TextOf : std::uint8_t {
    name,         ///< sysName
    location,     ///< sysLocation
    contact,      ///< sysContact
    description,  ///< sysDescr
    model,
    firmware,
    serial,
    ssid,        ///< Of the public network.
    staff_ssid,  ///< Of the second network.
    address,     ///< The device's own, dotted.
};
inline constexpr std::size_t text_count = 10;

/// How the value of a row comes about from the device and the time.
enum class Kind : std::uint8_t {
    constant,          ///< The same bytes always.
    text,              ///< `which` is a TextOf.
    hardware_address,  ///< The device's, `which` added to its last byte.
    uptime,            ///< Since boot, times `high` a second.
    counter,           ///< Grows by about `high` a second; equal `which` means equal value.
    gauge,             ///< Wanders between `low` and `high`; equal `which` means equal value.
    clients,           ///< Stations of the virtual APs in the bit mask `which`.
    airtime,           ///< Percent; `which` = 4 x radio + part (0 all, 1 rx, 2 tx, 3 others).
    channel,           ///< Of radio `which`.
    frequency,         ///< MHz of radio `which`.
    band,              ///< RouterOS's words for it: "2437/20-Ce/gn".
};

/// One object instance. A number with tag octets is sent as text, as extend scripts do.
struct Row {
    std::vector<std::uint32_t> oid;
    std::uint8_t tag = wire::null;
    Kind kind = Kind::constant;
    std::uint32_t which = 0;
    double low = 0;
    double high = 0;
    int decimals = 0;             ///< Of a number sent as text.
    std::string bytes;            ///< Of a constant: the whole element.
    std::size_t object_size = 0;  ///< Sub-identifiers before the instance.
};

/// The object tree of one kind of device, built once and shared by all of its kind. Immutable.
class Shape {
public:
    explicit Shape(std::vector<Row> rows);
    /// The one of a vendor.
    [[nodiscard]] static const Shape& of(Vendor vendor);

    struct Place {
        std::size_t row = 0;  ///< The row itself, or the first after the name; row_count() = none.
        bool is_exact = false;
        bool is_broken = false;  ///< The name breaks the rules of its encoding.
    };
    /// Where an encoded name stands. A name of this tree costs one hash; others a decode and a
    /// binary search.
    [[nodiscard]] Place find(std::string_view name) const noexcept;
    /// Whether a name that is not in the tree belongs to an object that is.
    [[nodiscard]] bool has_object_of(std::string_view name, std::size_t next) const noexcept;

    [[nodiscard]] std::size_t row_count() const noexcept { return rows_.size(); }
    [[nodiscard]] const Row& row(std::size_t i) const noexcept { return rows_[i]; }
    /// Sequence tag, a byte for its length, then the name's element: how each varbind starts.
    [[nodiscard]] std::string_view varbind_head(std::size_t i) const noexcept {
        return std::string_view(heads_).substr(head_at_[i], head_at_[i + 1] - head_at_[i]);
    }

private:
    [[nodiscard]] static std::uint64_t hash_of(std::string_view name) noexcept;
    [[nodiscard]] std::string_view name(std::size_t i) const noexcept {
        return std::string_view(heads_).substr(name_at_[i], head_at_[i + 1] - name_at_[i]);
    }

    std::vector<Row> rows_;
    std::string heads_;
    std::vector<std::uint32_t> head_at_;  // one more than rows
    std::vector<std::uint32_t> name_at_;
    std::vector<std::uint32_t> slots_;  // open addressing, row + 1, 0 is free
    std::size_t slot_mask_ = 0;
};

/// The rows of each vendor's tree (shapes.cpp).
[[nodiscard]] std::vector<Row> rows_of(Vendor vendor);

}  // namespace pantau::city
