// What profiles cost: to load them all, to recognise a device, to give its Answer its meaning.
// Beside the loading what yaml-cpp alone takes to parse the same files.

#include <fmt/format.h>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "collectors/registry.hpp"
#include "collectors/snmp/kind.hpp"
#include "config/diagnostic.hpp"
#include "model/observation_json.hpp"
#include "normalise/normalise.hpp"
#include "normalise/profile_set.hpp"

namespace {

using namespace pantau;

/// How many rows an access point has in its tables.
struct Rows {
    std::uint32_t interfaces, radios, networks;
};

std::uint32_t rows_of(std::string_view label, const Rows& rows) {
    if (label.starts_with("interface.")) return rows.interfaces;
    if (label.starts_with("radio.")) return rows.radios;
    return label.starts_with("ssid.") ? rows.networks : 1;
}

void put(Answer& answer, std::uint16_t field, std::string_view label,
         std::span<const std::uint32_t> row) {
    const std::uint32_t n = row.empty() ? 0 : row[0];
    const auto text = [&](std::string_view value) {
        answer.add_bytes(field, row, RawValue::Kind::bytes, value);
    };
    if (label == "radio.name" || label == "ssid.radio") return text(n % 2 == 1 ? "ng" : "na");
    if (label == "ssid.ssid") return text("Malang-WiFi");
    if (label == "interface.name") return text(fmt::format("ath{}", n));
    if (label.starts_with("identity.object_id"))
        return answer.add_bytes(field, row, RawValue::Kind::oid, "1.3.6.1.4.1.41112");
    if (label.starts_with("identity.")) return text("UAP-nanoHD 5.43.36.12724");
    const bool is_flag = label.ends_with("up");
    answer.add_number(
        field, row, label.ends_with("total") ? RawValue::Kind::counter64 : RawValue::Kind::integer,
        Number::natural(is_flag ? 1 : 36 + n));
}

Answer answer_of(const Ask& ask, const Rows& rows) {
    Answer answer;
    answer.collector = snmp_kind().info;
    for (std::uint16_t i = 0; i < ask.fields.size(); ++i) {
        const Field& field = ask.fields[i];
        if (!field.is_column()) put(answer, i, field.label, {});
        for (std::uint32_t row = 1; field.is_column() && row <= rows_of(field.label, rows); ++row)
            put(answer, i, field.label, {&row, 1});
    }
    answer.sort();
    return answer;
}

template <class Work>
double microseconds(int rounds, const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
        work();
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - start;
    return taken.count() / rounds;
}

/// The best of several runs: what else the machine does only ever adds.
template <class Work>
double best_microseconds(int rounds, const Work& work) {
    double best = microseconds(rounds, work);
    for (int i = 0; i < 4; ++i)
        best = std::min(best, microseconds(rounds, work));
    return best;
}

std::string_view verdict(double value, double goal) {
    return value <= goal ? "reached" : "MISSED";
}

struct Poll {
    std::string_view what;
    std::string_view profile;
    Rows rows;
    double goal_us;
};

constexpr Poll polls[] = {
    {"little told (TP-Link EAP: 2 interfaces)", "tplink-eap", {2, 0, 0}, 15},
    {"UniFi: 8 interfaces, 2 radios, 4 networks", "ubiquiti-unifi", {8, 2, 4}, 60},
};

void bench_poll(const ProfileSet& set, const Poll& poll) {
    const auto profile = set.find(poll.profile);
    if (profile == nullptr) {
        fmt::print(stderr, "no profile {}\n", poll.profile);
        std::exit(EXIT_FAILURE);
    }
    const Answer answer = answer_of(*profile->ask("snmp"), poll.rows);
    Device device;
    device.id = "rw08-sumbersari-1";
    Observation seen;
    constexpr int rounds = 10000;
    const double each = best_microseconds(rounds, [&] {
        seen = normalise(device, profile.get(), {&answer, 1}, WallTime{}, MonoTime{});
    });
    fmt::print(
        "a poll         {}: {} values -> {} readings, {} texts: {:.1f} us (goal {:.0f}: {})\n",
        poll.what, answer.cells().size(), seen.readings.size(), seen.texts.size(), each,
        poll.goal_us, verdict(each, poll.goal_us));
    std::string json;
    const double writing =
        best_microseconds(rounds, [&] { json = observation_json(seen, device, Health{}); });
    fmt::print("as JSON        {} bytes: {:.1f} us\n", json.size(), writing);
}

/// Signs of a UniFi access point with the object identifier that nine vendors share.
void bench_detection(const ProfileSet& set) {
    const auto ask = set.detection_ask("snmp");
    Answer signs;
    signs.collector = snmp_kind().info;
    for (std::uint16_t i = 0; i < ask->fields.size(); ++i) {
        const std::string& address = ask->fields[i].address;
        if (address == "1.3.6.1.2.1.1.2.0")
            signs.add_bytes(i, {}, RawValue::Kind::oid, "1.3.6.1.4.1.8072.3.2.10");
        if (address == "1.3.6.1.2.1.1.1.0")
            signs.add_bytes(i, {}, RawValue::Kind::bytes, "UAP-AC-Mesh 6.6.77.15402");
    }
    signs.sort();
    const auto found = set.detect({&signs, 1});
    if (found == nullptr || found->name() != "ubiquiti-unifi") {
        fmt::print(stderr, "a UniFi access point is not recognised\n");
        std::exit(EXIT_FAILURE);
    }
    const double each = best_microseconds(2000, [&] { (void)set.detect({&signs, 1}); });
    fmt::print("detection      once a device: {:.1f} us\n", each);
}

void bench_loading(const std::string& directory) {
    std::size_t profiles = 0;
    const double all = best_microseconds(1, [&] {
        config::Diagnostics diagnostics;
        profiles = ProfileSet::load({directory}, collector_kinds(), diagnostics)->names().size();
    });
    std::size_t files = 0;
    const double parsing = best_microseconds(1, [&] {
        files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
            if (entry.path().extension() != ".yml") continue;
            (void)YAML::LoadFile(entry.path().string());
            ++files;
        }
    });
    const double of_sixty = all / 1000 * 60 / static_cast<double>(profiles);
    fmt::print("loading        {} profiles: {:.0f} ms, {:.0f} ms for 60 (goal 100: {})\n", profiles,
               all / 1000, of_sixty, verdict(of_sixty, 100));
    fmt::print("yaml-cpp alone {} files, parsed only: {:.0f} ms\n", files, parsing / 1000);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string directory = count > 1 ? arguments[1] : "etc/profiles";
    config::Diagnostics diagnostics;
    const auto set = ProfileSet::load({directory}, collector_kinds(), diagnostics);
    if (diagnostics.has_errors()) {
        for (const config::Diagnostic& each : diagnostics.entries())
            fmt::print(stderr, "line {}: {}\n", each.location.line, each.message);
        return EXIT_FAILURE;
    }
    for (const Poll& poll : polls)
        bench_poll(*set, poll);
    bench_detection(*set);
    bench_loading(directory);
    return EXIT_SUCCESS;
}
