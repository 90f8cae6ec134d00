#include "inventory/load.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "collectors/registry.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

constexpr std::string_view secret = "nobody-reads-this";
constexpr std::string_view pantau_yml = R"(hierarchy: [kecamatan, kelurahan, rw]
credentials:
  city-v2: {version: 2c, community: "nobody-reads-this"}
defaults: {credential: city-v2}
groups:
  - {match: {name: "*-portal"}, set: {http: {path: /login, expect: 200}}}
inventory: [devices.*]
)";
constexpr std::string_view areas_csv =
    "kecamatan,kelurahan,rw\nLowokwaru,Sumbersari,08\nLowokwaru,Sumbersari,09\nKlojen,Kauman,01\n";
constexpr std::string_view devices_csv =
    "name,address,kecamatan,kelurahan,rw\nap-1,10.0.0.1,Lowokwaru,Sumbersari,08\n";

void check_device(const Device& device, const Inventory& inventory) {
    PROMISE_ABOUT(!device.id.empty() && is_plain(device.id), device.id);
    PROMISE_ABOUT(!device.address.empty() && is_plain(device.address), device.address);
    PROMISE(device.port != 0);
    PROMISE(device.area.size() == inventory.hierarchy.size());
    for (const std::string& area : device.area)
        PROMISE_ABOUT(is_plain(area), area);
    PROMISE(device.latitude.has_value() == device.longitude.has_value());
    if (device.latitude) PROMISE(*device.latitude >= -90 && *device.latitude <= 90);
    if (device.longitude) PROMISE(*device.longitude >= -180 && *device.longitude <= 180);
    for (const ParentGroup& group : device.parents) {
        PROMISE(!group.empty());
        for (const DeviceId& parent : group) {
            const auto found = inventory.find(parent);
            PROMISE_ABOUT(found != nullptr && found->is_parent && parent != device.id, parent);
        }
    }
}

void check(const Inventory& inventory) {
    for (std::size_t i = 0; i < inventory.devices.size(); ++i) {
        const Device& device = *inventory.devices[i];
        if (i > 0) PROMISE(inventory.devices[i - 1]->id < device.id);
        PROMISE(inventory.find(device.id).get() == &device);
        check_device(device, inventory);
    }
}

}  // namespace

/// The first byte says what the rest is: a table, a YAML list or the table of areas.
void inventory(std::string_view bytes) {
    Feed feed(bytes);
    const std::uint8_t kind = feed.byte() % 3;
    const std::string settings =
        put_file("pantau.yml", std::string(pantau_yml) + (kind == 2 ? "areas: areas.csv\n" : ""));
    put_file("areas.csv", kind == 2 ? feed.rest() : areas_csv);
    ::unlink((folder() + "/devices.yml").c_str());
    ::unlink((folder() + "/devices.csv").c_str());
    if (kind == 1)
        put_file("devices.yml", feed.rest());
    else
        put_file("devices.csv", kind == 0 ? feed.rest() : devices_csv);

    config::Diagnostics said;
    auto read = config::load_settings(settings, said);
    PROMISE_ABOUT(read.has_value() && !said.has_errors(), shown(said));
    const auto loaded = load_inventory(std::move(*read), collector_kinds(), {}, said);
    const std::string words = shown(said);
    PROMISE_ABOUT(loaded.has_value() == !said.has_errors(), words);
    PROMISE(words.find(secret) == std::string::npos || bytes.find(secret) != std::string::npos);
    if (loaded) check(*loaded->inventory);
}

}  // namespace pantau::fuzz
