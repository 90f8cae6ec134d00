#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "collectors/citizen/url.hpp"
#include "collectors/collector.hpp"
#include "model/device.hpp"

namespace pantau::citizen {

/// An address of the network with a port.
struct Place {
    std::string address;  ///< IPv4 or IPv6, numeric.
    std::uint16_t port = 0;

    bool operator==(const Place&) const = default;
};

/// From where the check looks: the citizen's side of an RW. At most one of the three.
struct Via {
    std::string source;          ///< Own address to send from; or empty.
    std::string interface_name;  ///< "vlan108"; or empty.
    std::string proxy;           ///< "socks5h://10.73.8.1:1080" as given; or empty.
    Place proxy_place;

    bool operator==(const Via&) const = default;
};

/// A name that an honest name server knows.
struct ExpectedName {
    std::string name;
    std::vector<std::string> addresses;  ///< One of them must come; empty: any.

    bool operator==(const ExpectedName&) const = default;
};

struct Dns {
    Place server;
    std::vector<ExpectedName> expect;

    bool operator==(const Dns&) const = default;
};

struct Portal {
    Host host;
    std::string api;  ///< URL of the captive portal API (RFC 8908); or empty.

    bool operator==(const Portal&) const = default;
};

struct FormField {
    std::string name;
    Secret value;

    bool operator==(const FormField&) const = default;
};

struct Login {
    std::string url;
    std::vector<FormField> form;
    std::string success;  ///< Text of the page that follows; or empty.

    bool operator==(const Login&) const = default;
};

struct Download {
    std::string url;
    double min_rate = 0;  ///< Bytes per second.

    bool operator==(const Download&) const = default;
};

/// What `citizen:` of a device or group says.
class Settings final : public CollectorSettings {
public:
    bool enabled = true;
    Via via;
    std::optional<Dns> dns;  ///< Nothing: this machine's own resolver, and no honesty checked.
    std::optional<Portal> portal;  ///< Nothing: an open network.
    std::optional<Login> login;
    std::string check_url;
    long check_status = 204;
    std::optional<Download> download;
    Duration slow_dns = std::chrono::seconds(1);
    Duration slow_portal = std::chrono::seconds(5);
    std::string quota_text;
    std::string quota_url;  ///< With `*` for anything.
    Duration timeout = std::chrono::seconds(15);
    bool may_be_open = false;  ///< An open session from before is no fault of the portal.
    Duration interval{};       ///< Least time between two sequences; 0: one each Poll.
    std::string ca_file;

    [[nodiscard]] bool is_enabled() const override { return enabled; }
    [[nodiscard]] bool equals(const CollectorSettings& other) const override;
    bool operator==(const Settings& other) const;
};

/// Whether a text is a numeric address.
[[nodiscard]] bool is_numeric(std::string_view host);

/// Reads the node `citizen:`.
[[nodiscard]] std::shared_ptr<const CollectorSettings> read_settings(
    const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace pantau::citizen
