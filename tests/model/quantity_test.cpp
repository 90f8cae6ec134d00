#include "model/quantity.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace pantau;

TEST_SUITE("model/quantity") {
    TEST_CASE("names, metrics and JSON keys are unique and follow the conventions") {
        std::set<std::string_view> names;
        std::set<std::string_view> metrics;
        std::set<std::pair<ComponentKind, std::string_view>> keys;
        for (const QuantityInfo& info : quantities()) {
            CAPTURE(info.name);
            CHECK(names.insert(info.name).second);
            CHECK(keys.insert({info.component, info.json_key}).second);
            CHECK(info.help.ends_with('.'));
            if (info.component != ComponentKind::system)
                CHECK(info.name.starts_with(std::string(name_of(info.component)) + "."));
            if (info.metric.empty()) continue;
            CHECK(metrics.insert(info.metric).second);
            CHECK(info.metric.starts_with("pantau_"));
            CHECK(info.metric.ends_with("_total") == (info.kind == QuantityKind::counter));
            CHECK(info.kind != QuantityKind::text);
        }
    }

    TEST_CASE("every row that code names is in the catalogue") {
        CHECK(quantity_info(quantity::radio_band).name == "radio.band");
        CHECK(quantity_info(quantity::interface_up).kind == QuantityKind::flag);
        CHECK_FALSE(quantity_named("radio.colour").has_value());
    }
}
