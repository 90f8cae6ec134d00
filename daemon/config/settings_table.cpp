#include "config/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/assert.hpp"
#include "config/settings.hpp"

namespace pantau::config {
namespace {

constexpr std::array table = {
    Setting{"hierarchy", "[kecamatan, kelurahan, rw]", "list of names",
            "Names of the area levels, outermost first. They become columns of the inventory and "
            "labels of every metric, so changing them later starts new series."},
    Setting{"state_dir", "/var/lib/pantau", "folder",
            "Where pantaud keeps what must outlive a restart."},
    Setting{"timezone", "Asia/Jakarta", "name of a time zone",
            "Where days of the history begin and end. Logs and metrics stay in UTC."},
    Setting{"history.path", "", "file",
            "Where it is kept what became of each access point on each day. Without it "
            "`history.db` in `state_dir`."},
    Setting{"history.keep", "732d", "duration, 1d to 3660d",
            "How long days of the history are kept. 10,000 access points and two years take some "
            "350 MB."},
    Setting{"history.write_interval", "60s", "duration, 5s to 1h",
            "How often the history of an access point is written: what is lost at most when the "
            "power fails."},
    Setting{"web.listen", "[\"127.0.0.1:8551\"]", "address:port, or a list",
            "Where `/metrics` and the page are served. `:8551` means every address of this "
            "machine; an IPv6 address stands in brackets; `unix:/run/pantau/web.sock` is a socket "
            "for a proxy on this machine."},
    Setting{
        "web.config_file", "", "file",
        "TLS, client certificates and users of the web server, in the form Prometheus exporters "
        "use. It is read again when it or a certificate changes. See [web.md](web.md)."},
    Setting{"web.enable_lifecycle", "false", "true or false",
            "Whether POST `/-/reload` is allowed on the web port."},
    Setting{"web.insecure", "false", "true or false",
            "Says that others may reach the web port without a password or certificate, and that "
            "this is meant; without it such an address is an error."},
    Setting{"control.socket", "", "file",
            "Unix socket of the control verbs. Without it `$RUNTIME_DIRECTORY/control.sock`, else "
            "`/run/pantau/control.sock`."},
    Setting{"poll.interval", "30s", "duration, 1s to 24h",
            "From the start of one poll of a device to the start of its next."},
    Setting{"poll.timeout", "2s", "duration, 10ms to 60s",
            "How long the last try of a request waits. Earlier tries follow the device's round "
            "trip, once that is known."},
    Setting{"poll.retries", "1", "0 to 10",
            "How often a request is repeated before the poll fails. A device that is "
            "down is asked once each poll."},
    Setting{"poll.workers", "auto", "auto, or 1 to 256",
            "Threads that poll. `auto`: one for each processor core."},
    Setting{"profiles", "[/usr/share/pantau/profiles, /etc/pantau/profiles]", "folder, or a list",
            "Where vendor profiles are read from; a profile in a later folder replaces one of the "
            "same name in an earlier."},
    Setting{"credentials.<name>.version", "2c", "1, 2c or 3",
            "Version of SNMP. `<name>` is what the inventory calls the credential: no spaces, and "
            "not `none`."},
    Setting{"credentials.<name>.community", "", "text",
            "The community itself, for versions 1 and 2c. Only when nobody but the daemon may read "
            "pantau.yml, or when it is `public`."},
    Setting{"credentials.<name>.community_file", "", "file", "A file that holds the community."},
    Setting{"credentials.<name>.user", "", "text, up to 32 bytes", "User of version 3."},
    Setting{"credentials.<name>.auth", "", "protocol",
            "How messages of version 3 are signed: SHA-224, SHA-256, SHA-384 or SHA-512; SHA "
            "(SHA-1) with a warning, MD5 with `allow_weak`."},
    Setting{"credentials.<name>.auth_file", "", "file",
            "A file that holds the authentication password, 8 bytes or more."},
    Setting{"credentials.<name>.priv", "", "protocol",
            "How messages of version 3 are encrypted: AES-128, AES-192, AES-256, AES-192-C or "
            "AES-256-C (the forms of Cisco, which many vendors mean by AES-256); DES with "
            "`allow_weak`. Needs `auth`."},
    Setting{"credentials.<name>.priv_file", "", "file",
            "A file that holds the privacy password, 8 bytes or more."},
    Setting{"credentials.<name>.context", "\"\"", "text, up to 32 bytes",
            "Context name of version 3."},
    Setting{"credentials.<name>.allow_weak", "false", "true or false",
            "Allows MD5, DES and version 3 without any password, for devices that know nothing "
            "better."},
    Setting{"defaults", "", "map",
            "What every device has unless its group or its own entry says otherwise; the keys of a "
            "device."},
    Setting{"groups[].match", "", "map",
            "Which devices a group is for: `name`, `address`, `profile`, `credential`, `parent`, "
            "`controller` and area levels with the value they must have, or a list of values; `*` "
            "and `?` are "
            "wildcards. All keys must fit; none: every device."},
    Setting{"groups[].set", "", "map",
            "What the devices of the group have; the keys of a device. Groups apply in file "
            "order."},
    Setting{
        "inventory", "[]", "file pattern, or a list",
        "The files that list the devices, `*.csv` and `*.yml`. A pattern that matches nothing is "
        "a warning, a plain name without its file an error."},
    Setting{"areas", "", "file",
            "A table (CSV) of all areas with their place on the map. With it a misspelt area is an "
            "error."},
    Setting{"alerting", "", "map",
            "Rules, receivers and routes of messages. Accepted, but this version does not act on "
            "it yet."},
};

Node constant(std::string_view yaml) {
    auto source = std::make_shared<Source>();
    source->name = "built-in default";
    source->text = yaml;
    Diagnostics none;
    std::optional<Node> node = parse_yaml(std::move(source), none);
    PANTAU_ASSERT(node.has_value());
    return *node;
}

/// `|` would end a cell of a Markdown table.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

}  // namespace

std::span<const Setting> all_settings() {
    return table;
}

Section::Section(const std::optional<Node>& node, std::string_view prefix, Diagnostics& diagnostics)
    : prefix_(prefix), map_(node ? *node : constant("{}"), diagnostics) {
    for (const Setting& setting : table) {
        if (!setting.key.starts_with(prefix_)) continue;
        const std::string_view rest = setting.key.substr(prefix_.size());
        map_.accept(rest.substr(0, rest.find_first_of(".[")));
    }
}

std::optional<Node> Section::value(std::string_view key) {
    std::optional<Node> found = map_.node(key);
    if (found) return found;
    const std::string full = fmt::format("{}{}", prefix_, key);
    const auto setting = std::ranges::find(table, full, &Setting::key);
    PANTAU_ASSERT(setting != table.end());
    if (setting->standard.empty()) return std::nullopt;
    return constant(setting->standard);
}

std::optional<Node> Section::given(std::string_view key) {
    return map_.node(key);
}

bool Section::has_unknown_key() const {
    return std::ranges::any_of(map_.self().entries(), [&](const auto& entry) {
        return std::ranges::find(table, fmt::format("{}{}", prefix_, entry.first), &Setting::key) ==
               table.end();
    });
}

std::string settings_reference() {
    std::string text = "| setting | default | value | what it does |\n|---|---|---|---|\n";
    for (const Setting& setting : table) {
        fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} | {} |\n", setting.key,
                       setting.standard.empty() ? "" : fmt::format("`{}`", cell(setting.standard)),
                       cell(setting.unit), cell(setting.help));
    }
    return text;
}

}  // namespace pantau::config
