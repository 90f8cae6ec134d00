#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/diagnostic.hpp"
#include "config/web_config.hpp"
#include "config/yaml_reader.hpp"
#include "model/device.hpp"

namespace pantau::config {

/// One entry of `groups:`. What it sets is read by the inventory, which knows what a device has.
struct Group {
    Node match;
    Node set;
};

/// What one can set in pantau.yml, read and checked. Paths are absolute or relative to the working
/// directory: those of the file are already joined to its folder.
struct Settings {
    std::string path;  ///< The file itself.

    std::vector<std::string> hierarchy;  ///< Names of the area levels, outermost first.
    std::string state_dir = "/var/lib/pantau";
    std::string timezone = "Asia/Jakarta";  ///< TimeZone::named knows it.

    struct History {
        std::string path;  ///< Empty: history.db in the state directory.
        Duration keep = std::chrono::hours(24 * 732);  ///< In whole days.
        Duration write_interval = std::chrono::seconds(60);
    } history;

    struct Web {
        std::vector<std::string> listen{"127.0.0.1:8551"};
        std::optional<std::string> config_file;
        std::optional<WebConfig> access;  ///< What that file says.
        bool enable_lifecycle = false;
        bool insecure = false;  ///< Others may reach it, and that is meant.
    } web;

    /// Empty: $RUNTIME_DIRECTORY/control.sock, else /run/pantau/control.sock.
    std::string control_socket;

    PollSettings poll;
    unsigned workers = 0;  ///< 0: one per core.

    std::vector<std::string> profiles{"/usr/share/pantau/profiles", "/etc/pantau/profiles"};
    std::map<std::string, std::shared_ptr<const Credential>, std::less<>> credentials;
    std::optional<Node> defaults;
    std::vector<Group> groups;
    std::vector<std::string> inventory;      ///< Globs.
    std::vector<Location> inventory_places;  ///< Where each of them is named.
    std::optional<std::string> areas;
};

/// What the command line says about the web port instead of the file.
struct WebCommandLine {
    std::vector<std::string> listen;  ///< Empty: as the file says.
    std::string config_file;          ///< Empty: as the file says.
};

/// What is known before the file is read.
struct ReadBeside {
    /// The keys of a device: where one of them stands in the wrong place, the message says where it
    /// belongs.
    std::span<const std::string> device_keys;
    WebCommandLine web;
};

/// Reads pantau.yml, the secrets and the web config file it names. Errors and warnings are in
/// `diagnostics`; with errors it gives what could be read, good only to look for more mistakes in
/// other files. Nothing when the file itself cannot be read.
[[nodiscard]] std::optional<Settings> load_settings(const std::string& path,
                                                    Diagnostics& diagnostics,
                                                    const ReadBeside& beside = {});

/// Every setting with its default, unit and meaning, as the table docs/operate/configuration.md
/// shows it: made from the table the reader uses.
[[nodiscard]] std::string settings_reference();

}  // namespace pantau::config
