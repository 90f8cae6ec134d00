// What it costs to read an inventory of 100,000 devices: seconds and peak memory, each way in a
// process of its own. Beside it what yaml-cpp alone takes for the same rows.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>

#include "inventory/load.hpp"

namespace {

using namespace pantau;

constexpr std::array<std::string_view, 5> districts{"Blimbing", "Klojen", "Kedungkandang", "Sukun",
                                                    "Lowokwaru"};
constexpr unsigned devices_of_parent = 50;

struct Row {
    std::string name, address, kecamatan, kelurahan, rw, lat, lon, parent;
};

Row row_of(unsigned n) {
    const unsigned village = n / devices_of_parent;
    return {
        .name = fmt::format("rw{:02}-kelurahan{}-{}", n % 17 + 1, village, n % devices_of_parent),
        .address = fmt::format("10.{}.{}.{}", n / 65536, n / 256 % 256, n % 256),
        .kecamatan = std::string(districts[village % districts.size()]),
        .kelurahan = fmt::format("Kelurahan-{}", village),
        .rw = fmt::format("{:02}", n % 17 + 1),
        .lat = fmt::format("-7.{:06}", 910000 + n % 90000),
        .lon = fmt::format("112.{:06}", 569000 + n % 90000),
        .parent = n % devices_of_parent == 0
                      ? ""
                      : fmt::format("rw{:02}-kelurahan{}-0", village * devices_of_parent % 17 + 1,
                                    village)};
}

void write_files(const std::filesystem::path& folder, unsigned count) {
    std::ofstream csv(folder / "a.csv");
    std::ofstream yaml(folder / "a.yml");
    csv << "name,address,port,kecamatan,kelurahan,rw,lat,lon,profile,credential,parent\n";
    yaml << "devices:\n";
    for (unsigned n = 0; n < count; ++n) {
        const Row r = row_of(n);
        csv << fmt::format("{},{},161,{},{},{},{},{},auto,city,{}\n", r.name, r.address,
                           r.kecamatan, r.kelurahan, r.rw, r.lat, r.lon, r.parent);
        yaml << fmt::format(
            "  - {{name: {}, address: {}, port: 161, kecamatan: {}, kelurahan: {}, rw: \"{}\", "
            "lat: {}, lon: {}, profile: auto, credential: city, parent: \"{}\"}}\n",
            r.name, r.address, r.kecamatan, r.kelurahan, r.rw, r.lat, r.lon, r.parent);
    }
    for (const char* const form : {"csv", "yml"}) {
        std::ofstream(folder / fmt::format("{}.pantau.yml", form))
            << "credentials: {city: {community: public}}\n"
               "groups:\n"
               "  - {match: {kecamatan: Klojen}, set: {interval: 60s}}\n"
               "  - {match: {profile: \"a*\"}, set: {retries: 2}}\n"
            << fmt::format("inventory: [a.{}]\n", form);
    }
}

/// Runs the work in a child, so that each peak is its own.
void measure(std::string_view what, const std::function<std::size_t()>& work) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child < 0) std::abort();
    if (child == 0) {
        const auto start = std::chrono::steady_clock::now();
        const std::size_t devices = work();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        fmt::print("{:<40} {:>8} devices {:>7.2f} s {:>6} MiB peak\n", what, devices, taken.count(),
                   usage.ru_maxrss / 1024);
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) fmt::print("{}: failed\n", what);
}

std::size_t load(const std::string& path) {
    config::Diagnostics diagnostics;
    std::optional<config::Settings> settings = config::load_settings(path, diagnostics);
    std::optional<Configuration> loaded;
    if (settings) loaded = load_inventory(std::move(*settings), {}, {}, diagnostics);
    diagnostics.print(std::cerr, false);
    return loaded ? loaded->inventory->devices.size() : 0;
}

}  // namespace

int main(int count, char** arguments) {
    const unsigned devices =
        count > 1 ? static_cast<unsigned>(std::strtoul(arguments[1], nullptr, 10)) : 100'000;
    std::string pattern = (std::filesystem::temp_directory_path() / "pantau-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return 1;
    const std::filesystem::path folder = pattern;
    write_files(folder, devices);
    fmt::print("one file of {} devices: {} MiB as CSV, {} MiB as YAML\n", devices,
               std::filesystem::file_size(folder / "a.csv") >> 20,
               std::filesystem::file_size(folder / "a.yml") >> 20);
    measure("load_inventory, CSV", [&] { return load(folder / "csv.pantau.yml"); });
    measure("load_inventory, YAML", [&] { return load(folder / "yml.pantau.yml"); });
    measure("only parsed by yaml-cpp's LoadFile",
            [&] { return YAML::LoadFile(folder / "a.yml")["devices"].size(); });
    std::filesystem::remove_all(folder);
    return 0;
}
