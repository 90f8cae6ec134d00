#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace pantau {

/// The name of a Device in the inventory; unique, stable, the label `ap` or `device`.
using DeviceId = std::string;

/// Signs that no DeviceId holds: names go into labels, links, lists and command lines.
inline constexpr std::string_view not_in_device_id = " |,;\"'/\\*?#";

/// A name from elsewhere as a DeviceId: what cannot be in one becomes a hyphen. May be empty.
[[nodiscard]] std::string as_device_id(std::string_view name);

/// How to speak SNMP to a device. Immutable; shared by all devices that name it.
struct Credential {
    enum class Version : std::uint8_t { v1, v2c, v3 };

    std::string name;  ///< As the configuration names it.
    Version version = Version::v2c;
    Secret community;           ///< v1 and v2c.
    std::string user;           ///< v3 from here on.
    std::string auth_protocol;  ///< "SHA-256"…; empty: none.
    Secret auth_password;
    std::string priv_protocol;  ///< "AES-128"…; empty: none.
    Secret priv_password;
    std::string context;

    bool operator==(const Credential&) const = default;
};

/// What one Collector needs to know about one Device, in the collector's own terms: the base of
/// what its row in the registry reads from `http:`, `icmp:` … nodes. Immutable.
class CollectorSettings {
public:
    virtual ~CollectorSettings() = default;
    /// Whether the collector visits the device; false where a group's check was switched off.
    [[nodiscard]] virtual bool is_enabled() const { return true; }
    /// For reloads: whether anything is different.
    [[nodiscard]] virtual bool equals(const CollectorSettings& other) const = 0;
};

/// What must be reachable for a device to be reachable: any one of the alternatives ("a|b").
using ParentGroup = std::vector<DeviceId>;

/// When and how patiently a Device is visited.
struct PollSettings {
    Duration interval =
        std::chrono::seconds(30);  ///< From one Poll's start to the next; at least 1 s.
    Duration timeout = std::chrono::seconds(2);  ///< For one request to be answered.
    unsigned retries = 1;                        ///< Requests repeated before the Poll fails.

    bool operator==(const PollSettings&) const = default;
};

/// Where something stands: one name per level of the hierarchy, outermost first; "" where not
/// given. Copies share one list: a city has some hundred areas and thousands of devices in them.
class AreaPath {
public:
    AreaPath() = default;
    AreaPath(std::vector<std::string> names)
        : names_(std::make_shared<const std::vector<std::string>>(std::move(names))) {}
    AreaPath(std::initializer_list<std::string> names) : AreaPath(std::vector(names)) {}

    [[nodiscard]] const std::vector<std::string>& names() const;
    operator const std::vector<std::string>&() const { return names(); }
    [[nodiscard]] std::size_t size() const { return names().size(); }
    [[nodiscard]] const std::string& operator[](std::size_t level) const { return names()[level]; }
    [[nodiscard]] auto begin() const { return names().begin(); }
    [[nodiscard]] auto end() const { return names().end(); }

    friend bool operator==(const AreaPath& a, const AreaPath& b) {
        return a.names_ == b.names_ || a.names() == b.names();
    }

private:
    std::shared_ptr<const std::vector<std::string>> names_;  ///< Null: no names.
};

/// A line of the inventory: something with a management address that is polled, or an access point
/// without one that its controller tells of. Immutable: a change makes a new one.
struct Device {
    DeviceId id;
    std::string address;       ///< Numeric IPv4 or IPv6, or a name; empty: never polled itself.
    std::uint16_t port = 161;  ///< Of SNMP.
    AreaPath area;
    std::optional<double> latitude;   ///< Degrees, -90..90.
    std::optional<double> longitude;  ///< Degrees, -180..180.
    std::string profile = "auto";
    std::vector<std::shared_ptr<const Credential>>
        credentials;                    ///< In the order to try; empty: no SNMP.
    std::vector<ParentGroup> parents;   ///< Every group must have one member that is up.
    std::string mac;                    ///< As `mac_address` writes it; empty: not known.
    std::string serial;                 ///< As its label has it; empty: not known.
    std::vector<DeviceId> controllers;  ///< Which may tell of it by its name; empty: any may.
    PollSettings poll;
    /// By collector name ("http"); a collector without an entry does not visit the device.
    /// SNMP has no entry: credentials decide.
    std::map<std::string, std::shared_ptr<const CollectorSettings>, std::less<>> collectors;
    bool is_parent = false;  ///< Some other device names it as parent or controller.

    bool operator==(const Device& other) const;
};

}  // namespace pantau
