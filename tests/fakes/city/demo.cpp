#include "tests/fakes/city/demo.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <string_view>
#include <system_error>

#include "tests/fakes/city/device.hpp"
#include "tests/fakes/city/malang.hpp"

namespace pantau::city {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t socket_path_max = 107;  // sun_path without its end
constexpr mode_t secret_mode = 0600;
constexpr mode_t open_mode = 0644;

/// Replaces a file whole: a daemon that reads meanwhile sees the old or the new one.
Result<void> write_file(const fs::path& path, std::string_view content, mode_t mode = open_mode) {
    const auto failed = [&path](const char* what) -> Result<void> {
        return fail(Reason::local, std::string(what) + ": " + std::strerror(errno), path.string());
    };
    const fs::path fresh = path.string() + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) return failed("cannot write");
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int error = errno;
            ::close(file);
            errno = error;
            return failed("cannot write");
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::close(file) != 0 || std::rename(fresh.c_str(), path.c_str()) != 0)
        return failed("cannot write");
    return {};
}

/// A text as YAML takes it in every case: single quotes, those within doubled.
std::string yaml_text(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out.push_back('\'');
        out.push_back(c);
    }
    return out + "'";
}

template <class Texts>
std::string list_of(const Texts& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out += ", ";
        if constexpr (std::is_same_v<std::decay_t<decltype(text)>, fs::path>) {
            out += yaml_text(fs::absolute(text).lexically_normal().string());
        } else {
            out += yaml_text(text);
        }
    }
    return out + "]";
}

std::string degrees(double value) {
    char text[32];
    const int size = std::snprintf(text, sizeof text, "%.6f", value);
    return {text, static_cast<std::size_t>(size)};
}

std::string settings_of(const DemoOptions& demo, const DemoFiles& files) {
    std::string yaml =
        "# A simulated Malang: every device is on this machine. Written by pantau; changes are "
        "lost\n"
        "# when it is written again.\n"
        "hierarchy: [kecamatan, kelurahan, rw]\n";
    yaml += "state_dir: " + yaml_text(files.state.string()) + '\n';
    yaml += "web: {listen: " + list_of(demo.listen) + "}\n";
    yaml += "control: {socket: " + yaml_text(files.control_socket.string()) + "}\n";
    yaml += "poll: {interval: " + demo.poll_interval + ", timeout: 2s, retries: 1}\n";
    yaml += "profiles: " + list_of(demo.profiles) + '\n';
    yaml +=
        "credentials:\n"
        "  city-v2: {version: 2c, community_file: city-v2.community}\n"
        "  city-v1: {version: 1, community_file: city-v2.community}   # for the oldest devices\n"
        "defaults: {credential: city-v2, profile: auto}\n"
        "inventory: [inventory/*.csv]\n"
        "areas: areas.csv\n";
    yaml += demo.more_settings;
    if (!yaml.ends_with('\n')) yaml += '\n';
    return yaml;
}

std::string areas_of(const Layout& layout) {
    std::string csv = "kecamatan,kelurahan,rw,lat,lon\n";
    for (const RwPlace& place : layout.areas) {
        const Kelurahan& home = malang()[place.kelurahan];
        csv += home.kecamatan + ',' + home.name + ',' + two_digits(place.rw) + ',' +
               degrees(place.lat) + ',' + degrees(place.lon) + '\n';
    }
    return csv;
}

constexpr std::string_view inventory_head =
    "name,address,port,kecamatan,kelurahan,rw,lat,lon,profile,credential,parent,http_url\n";

std::string line_of(const Site& site, const Layout& layout) {
    const Kelurahan& home = malang()[site.kelurahan];
    const bool is_switch = site.vendor == Vendor::uplink;
    const bool is_old = site.conditions == static_cast<std::uint32_t>(Condition::v1_only);
    std::string line = site.name + ',' + dotted(site.address) + ',' +
                       std::to_string(site.snmp_port) + ',' + home.kecamatan + ',' + home.name +
                       ',' + (is_switch ? "" : two_digits(site.rw)) + ',' + degrees(site.lat) +
                       ',' + degrees(site.lon) + ",auto,";
    line += is_old ? "city-v2 city-v1," : "city-v2,";
    if (is_switch) return line + ",\n";
    line += layout.switches[site.kelurahan].name + ",http://" + dotted(site.address) + ':' +
            std::to_string(site.http_port) + "/\n";
    return line;
}

/// A file for each kecamatan, switches first: a parent is known before its children.
std::map<std::string, std::string> inventory_of(const Layout& layout) {
    std::map<std::string, std::string> files;
    for (const auto* sites : {&layout.switches, &layout.access_points}) {
        for (const Site& site : *sites) {
            std::string& csv = files[slug_of(malang()[site.kelurahan].kecamatan) + ".csv"];
            if (csv.empty()) csv = inventory_head;
            csv += line_of(site, layout);
        }
    }
    return files;
}

Result<DemoFiles> make_folders(const DemoOptions& demo) {
    std::error_code error;
    const fs::path folder = fs::absolute(demo.directory, error).lexically_normal();
    DemoFiles files{.configuration = folder / "pantau.yml",
                    .control_socket = folder / "control.sock",
                    .state = folder / "state"};
    if (files.control_socket.string().size() > socket_path_max)
        return fail(Reason::local,
                    "the path of the control socket would be longer than 107 bytes: choose a "
                    "shorter folder",
                    folder.string());
    for (const fs::path& each : {files.state, folder / "inventory"}) {
        fs::create_directories(each, error);
        if (error)
            return fail(Reason::local, "cannot make the folder: " + error.message(), each.string());
    }
    return files;
}

}  // namespace

Result<DemoFiles> write_demo(const CityOptions& city, const DemoOptions& demo) {
    if (const auto good = city.check(); !good) return tl::unexpected(good.error());
    return write_demo(city, plan(city), demo);
}

Result<DemoFiles> write_demo(const CityOptions& city, const Layout& layout,
                             const DemoOptions& demo) {
    const auto files = make_folders(demo);
    if (!files) return files;
    const fs::path folder = files->configuration.parent_path();
    const auto secret =
        write_file(folder / "city-v2.community", city.community + '\n', secret_mode);
    if (!secret) return tl::unexpected(secret.error());
    const auto areas = write_file(folder / "areas.csv", areas_of(layout));
    if (!areas) return tl::unexpected(areas.error());
    for (const auto& [name, csv] : inventory_of(layout)) {
        const auto written = write_file(folder / "inventory" / name, csv);
        if (!written) return tl::unexpected(written.error());
    }
    const auto settings = write_file(files->configuration, settings_of(demo, *files));
    if (!settings) return tl::unexpected(settings.error());
    return files;
}

}  // namespace pantau::city
