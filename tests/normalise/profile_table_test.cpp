// The table at the end of docs/profiles.md: what each profile can find. Made from the profiles.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "model/quantity.hpp"
#include "normalise/mapping.hpp"
#include "normalise/support.hpp"
#include "support/document.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view document = PANTAU_SOURCE_DIR "/docs/profiles.md";
constexpr std::string_view heading = "## What each profile finds\n";
constexpr std::string_view introduction = R"(
<!-- Made from etc/profiles. To renew it after a change:
     PANTAU_RENEW_DOCS=1 build/dev/tests/bin/normalise_test -ts=normalise/table -->
● is asked for (interfaces are of every one); whether a model has it, its answer tells. What hangs below a device's
own sysObjectID (D-Link, Stellar) is found but not in this table. A profile is verified when a real device or its
recording confirms it; what it was, and which of its objects no recording has, its file says. *with* stands before
what a device is that shows radios, networks or clients.

)";

/// One column: whether any of these quantities is mapped.
struct Column {
    std::string_view title;
    std::vector<std::string_view> quantities;
};

const std::vector<Column> columns{
    {"model", {"identity.model", "ap.model"}},
    {"firmware", {"identity.firmware", "ap.firmware"}},
    {"serial", {"identity.serial", "ap.serial"}},
    {"clients", {"ap.clients", "system.clients"}},
    {"of a radio", {"radio.clients"}},
    {"of a network", {"ssid.clients"}},
    {"channel", {"radio.channel", "radio.frequency_hertz"}},
    {"tx power", {"radio.tx_power_dbm"}},
    {"noise", {"radio.noise_dbm"}},
    {"airtime", {"radio.airtime_ratio"}},
    {"rssi", {"radio.rssi_dbm"}},
    {"snr", {"radio.snr_db"}},
    {"cpu", {"system.cpu_ratio", "ap.cpu_ratio"}},
    {"memory", {"system.memory_ratio", "ap.memory_ratio"}},
    {"temperature", {"system.temperature_celsius", "ap.temperature_celsius"}},
    {"access points", {"system.access_points_total", "ap.id"}},
};

bool is_mapped(const mapping::Mapping& map, std::string_view quantity) {
    const auto id = *quantity_named(quantity);
    return std::ranges::any_of(map.slots, [&](const mapping::Slot& slot) {
        return slot.quantity == id && !slot.chain.empty();
    });
}

std::string role_of(const Profile& profile) {
    std::string role(name_of(profile.role()));
    if (profile.role() != profile.role_wireless())
        role += fmt::format(", with {}", name_of(profile.role_wireless()));
    std::ranges::replace(role, '_', ' ');
    return role;
}

bool finds(const Profile& profile, const Column& column) {
    return std::ranges::any_of(column.quantities, [&](std::string_view quantity) {
        return is_mapped(profile.compiled(), quantity);
    });
}

std::string row_of(const Profile& profile) {
    std::string row = fmt::format("| `{}` | {} | {} | {} |", profile.name(), profile.vendor(),
                                  role_of(profile), profile.verified() ? "yes" : "no");
    for (const Column& column : columns) {
        row += finds(profile, column) ? " ● |" : " |";
    }
    return row + "\n";
}

std::string table() {
    std::string text = "| profile | vendor | role | verified |";
    std::string line = "|---|---|---|---|";
    for (const Column& column : columns) {
        text += fmt::format(" {} |", column.title);
        line += "---|";
    }
    text += "\n" + line + "\n";
    const auto set = shipped();
    for (const std::string& name : set->names())
        text += row_of(*set->find(name));
    return text;
}

}  // namespace

TEST_SUITE("normalise/table") {
    TEST_CASE("docs/profiles.md ends with what each shipped profile finds") {
        const std::string is = read_file(std::string(document));
        const auto at = is.find(heading);
        REQUIRE(at != std::string::npos);
        const std::string should =
            is.substr(0, at) + std::string(heading) + std::string(introduction) + table();
        const std::string fault = document_fault(std::string(document), should);
        CHECK_MESSAGE(fault.empty(), fault);
    }

    TEST_CASE("every column of that table is found by some profile, and by no means by all") {
        const auto set = shipped();
        for (const Column& column : columns) {
            CAPTURE(column.title);
            const auto names = set->names();
            const auto number = std::ranges::count_if(
                names, [&](const std::string& name) { return finds(*set->find(name), column); });
            CHECK(number > 0);
            CHECK(static_cast<std::size_t>(number) < names.size());
        }
    }
}
