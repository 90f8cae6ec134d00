#include <doctest/doctest.h>

#include <algorithm>

#include "support.hpp"
#include "tests/fakes/city/demo.hpp"

using namespace pantau;
using namespace pantau::test;

TEST_SUITE("inventory/city") {
    TEST_CASE("the simulated Malang loads without a word") {
        const TemporaryDirectory folder;
        const auto files =
            city::write_demo(city::CityOptions::demo(), {.directory = folder.path()});
        REQUIRE(files);
        config::Diagnostics diagnostics;
        std::optional<config::Settings> settings =
            config::load_settings(files->configuration.string(), diagnostics);
        REQUIRE(settings);
        const auto loaded = load_inventory(std::move(*settings), real_kinds(), {}, diagnostics);
        CHECK(diagnostics.entries().empty());
        REQUIRE(loaded);
        const auto& devices = loaded->inventory->devices;
        constexpr std::size_t switches = 57;
        CHECK(devices.size() > 1000 + switches);
        CHECK(static_cast<std::size_t>(std::ranges::count_if(
                  devices, [](const auto& device) { return device->is_parent; })) == switches);
        CHECK(std::ranges::all_of(devices, [](const auto& device) {
            return device->is_parent || (device->parents.size() == 1 &&
                                         device->collectors.contains("http") && device->latitude);
        }));
        CHECK(std::ranges::is_sorted(devices, {}, [](const auto& device) { return device->id; }));
    }
}
