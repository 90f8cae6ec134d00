// What it costs to give the Answer of one standard access point its meaning.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "collectors/collector.hpp"
#include "config/diagnostic.hpp"
#include "model/observation_json.hpp"
#include "normalise/normalise.hpp"
#include "normalise/profile_set.hpp"

namespace {

using namespace pantau;

constexpr CollectorInfo snmp{"snmp", {}};

CollectorKind make_kind() {
    CollectorKind kind{};
    kind.info = &snmp;
    kind.address_key = "oid";
    return kind;
}

/// Rows a standard access point has in the table of that column.
std::uint32_t rows_of(std::string_view label) {
    if (label.starts_with("interface.")) return 8;
    if (label.starts_with("radio.")) return 2;
    return label.starts_with("ssid.") ? 4 : 1;
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

Answer standard_answer(const Ask& ask) {
    Answer answer;
    answer.collector = &snmp;
    for (std::uint16_t i = 0; i < ask.fields.size(); ++i) {
        const Field& field = ask.fields[i];
        if (!field.is_column()) put(answer, i, field.label, {});
        for (std::uint32_t row = 1; field.is_column() && row <= rows_of(field.label); ++row)
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

}  // namespace

int main(int count, char** arguments) {
    const std::string directory = count > 1 ? arguments[1] : "etc/profiles";
    const CollectorKind kind = make_kind();
    const CollectorKind* const kinds[] = {&kind};
    config::Diagnostics diagnostics;
    const auto set = ProfileSet::load({directory}, kinds, diagnostics);
    const auto profile = set->find("ubiquiti-unifi");
    if (profile == nullptr) {
        fmt::print(stderr, "no profile ubiquiti-unifi in {}\n", directory);
        return EXIT_FAILURE;
    }
    const Answer answer = standard_answer(*profile->ask("snmp"));
    Device device;
    device.id = "rw08-sumbersari-1";
    Observation seen;
    constexpr int rounds = 20000;
    const double each = microseconds(rounds, [&] {
        seen = normalise(device, profile.get(), {&answer, 1}, WallTime{}, MonoTime{});
    });
    std::string json;
    const double writing =
        microseconds(rounds, [&] { json = observation_json(seen, device, Health{}); });
    fmt::print("normalise      {} varbinds -> {} readings, {} texts: {:.1f} us\n",
               answer.cells().size(), seen.readings.size(), seen.texts.size(), each);
    fmt::print("observation_json  {} bytes: {:.1f} us\n", json.size(), writing);
    return EXIT_SUCCESS;
}
