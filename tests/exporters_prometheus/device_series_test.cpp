// Which series a device has: limits, levels, parts, roles, and what is absent.
#include "exporters/prometheus/device_series.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "nasty_fleet.hpp"
#include "read_text.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace pantau::by_hand;

namespace {

std::string value_of(const SeriesRead& series, std::string_view label) {
    for (const auto& [name, value] : series.labels) {
        if (name == label) return value;
    }
    return "";
}

TextRead read(const std::string& rendered) {
    TextRead text = read_text(rendered);
    REQUIRE(text.fault == "");
    return text;
}

/// Series by the device they belong to (label ap or device), areas left out.
std::map<std::string, std::size_t> series_by_device(const TextRead& text) {
    std::map<std::string, std::size_t> counts;
    for (const FamilyRead& family : text.families) {
        for (const SeriesRead& series : family.series) {
            const std::string device = value_of(series, "ap") + value_of(series, "device");
            if (!device.empty()) ++counts[device];
        }
    }
    return counts;
}

std::set<std::string> names_in(const TextRead& text) {
    std::set<std::string> names;
    for (const FamilyRead& family : text.families)
        names.insert(family.name);
    return names;
}

/// Name and labels of every series.
std::multiset<std::string> series_in(const TextRead& text) {
    std::multiset<std::string> all;
    for (const FamilyRead& family : text.families) {
        for (const SeriesRead& series : family.series)
            all.insert(series.text);
    }
    return all;
}

std::size_t count(const std::string& rendered, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = rendered.find(word); at != std::string::npos;
         at = rendered.find(word, at + 1))
        ++found;
    return found;
}

std::shared_ptr<Observation> with_interfaces(Role role, std::size_t interfaces) {
    auto seen = std::make_shared<Observation>();
    seen->role = role;
    seen->collectors = {report(snmp)};
    ObservationBuilder build(*seen);
    build.begin(ComponentKind::system);
    build.add(quantity::system_clients, Number::natural(7));
    for (std::size_t i = 0; i < interfaces; ++i) {
        build.begin(ComponentKind::interface);
        build.add(quantity::interface_name, text("port" + std::to_string(i)));
        build.add(quantity::interface_up, Number::natural(1));
        build.add(named("interface.rx_bytes_total"), Number::natural(i));
    }
    return seen;
}

}  // namespace

TEST_SUITE("exporters/prometheus/device series") {
    TEST_CASE(
        "a device that invents interfaces has 500 series, its neighbours have all of theirs") {
        Made made;
        made.device("bomb");
        made.up(with_interfaces(Role::access_point, 10'000));
        made.device("neighbour");
        made.up(with_interfaces(Role::access_point, 100));
        made.device("plain");
        made.up(with_interfaces(Role::access_point, 0));
        const FleetWriter writer(collectors);
        const std::string rendered = writer.render(made.snapshot());
        const auto counts = series_by_device(read(rendered));
        CHECK(counts.at("bomb") == 500);
        CHECK(counts.at("neighbour") == counts.at("plain") + 200);
        CHECK(writer.dropped() == counts.at("plain") + 20'000 - 500);
        CHECK(rendered.find("pantau_ap_up{ap=\"bomb\"") != std::string::npos);
        CHECK(rendered.find("pantau_ap_clients{ap=\"bomb\"") != std::string::npos);
    }

    TEST_CASE("a switch may have more series than an access point, and has a limit, too") {
        Made made;
        made.device("switch");
        made.up(with_interfaces(Role::switch_, 572));
        made.device("bomb");
        made.up(with_interfaces(Role::switch_, 10'000));
        const FleetWriter writer(collectors);
        const auto counts = series_by_device(read(writer.render(made.snapshot())));
        CHECK(counts.at("switch") == 3 + 2 * 572);
        CHECK(counts.at("bomb") == 2000);
    }

    TEST_CASE("the whole rendering has a limit; whether a device is up is told beyond it") {
        Made made;
        for (int i = 0; i < 10; ++i) {
            made.device("ap" + std::to_string(i));
            made.up(with_interfaces(Role::access_point, 20));
        }
        SeriesLimits limits;
        limits.in_all = 100;
        const FleetWriter writer(collectors, limits);
        const std::string rendered = writer.render(made.snapshot());
        CHECK(count(rendered, "\npantau_ap_up{") == 10);
        CHECK(count(rendered, "\npantau_ap_health{") == 10);
        const auto counts = series_by_device(read(rendered));
        CHECK(counts.at("ap0") > 40);
        CHECK(counts.at("ap9") == 2);
        std::size_t all = 0;
        for (const auto& [device, series] : counts)
            all += series;
        CHECK(all <= 100 + 2 * 10);
        CHECK(all + writer.dropped() == 10 * counts.at("ap0"));
        // What is left out is the same in each scrape.
        CHECK(writer.render(made.snapshot()) == rendered);
    }

    TEST_CASE("level basic is eight series for each access point, and the areas") {
        Made made;
        made.device("rw08-1")->latitude = -7.95;
        auto seen = access_point();
        made.up(seen);
        RenderOptions options;
        options.level = Level::basic;
        const TextRead text = read(made.render(options));
        CHECK(series_by_device(text).at("rw08-1") == 7);  // It tells no memory.
        CHECK(names_in(text) ==
              std::set<std::string>{"pantau_ap_up", "pantau_ap_health", "pantau_ap_info",
                                    "pantau_ap_last_success_timestamp_seconds", "pantau_ap_clients",
                                    "pantau_ap_uptime_seconds", "pantau_ap_cpu_ratio",
                                    "pantau_area_aps", "pantau_area_clients"});
    }

    TEST_CASE("level basic is a part of level full, with the same values") {
        const Made made = nasty_fleet();
        RenderOptions options;
        options.level = Level::basic;
        const auto basic = series_in(read(made.render(options)));
        const auto full = series_in(read(made.render()));
        CHECK(basic.size() > 1000);
        CHECK(basic.size() * 3 < full.size());
        CHECK(std::ranges::includes(full, basic));
        for (const auto& [device, series] : series_by_device(read(made.render(options)))) {
            const std::string& name = device;
            CAPTURE(name);
            CHECK(series <= 8);
        }
    }

    TEST_CASE("the parts together are the whole, and no series is in two of them") {
        const Made made = nasty_fleet();
        RenderOptions options;
        for (const Level level : {Level::basic, Level::full}) {
            options.level = level;
            options.shard = 0;
            options.shard_count = 1;
            const auto whole = series_in(read(made.render(options)));
            std::multiset<std::string> parts;
            options.shard_count = 5;
            for (options.shard = 0; options.shard < 5; ++options.shard)
                parts.merge(series_in(read(made.render(options))));
            CHECK(parts == whole);
            CHECK(std::set<std::string>(parts.begin(), parts.end()).size() == parts.size());
        }
    }

    TEST_CASE("the parts of one area are together what the area's filter gives") {
        const Made made = nasty_fleet();
        RenderOptions options;
        options.areas = {{0, nasty_strings()[3]}};
        const auto whole = series_in(read(made.render(options)));
        std::multiset<std::string> parts;
        options.shard_count = 3;
        for (options.shard = 0; options.shard < 3; ++options.shard)
            parts.merge(series_in(read(made.render(options))));
        CHECK(whole.size() > 100);
        CHECK(parts == whole);
    }

    TEST_CASE("every access point of the inventory is told up or not, whatever its state") {
        Made made;
        std::size_t access_points = 0;
        for (int i = 0; i < 60; ++i) {
            made.device("d" + std::to_string(i))->is_parent = i % 2 == 0;
            if (i % 3 == 0) made.up(access_point());
            if (i % 5 == 0) made.state().up = false;
            made.state().health = {static_cast<HealthState>(i % 6), {}};
            if (i % 7 == 0) made.state().role = Role::controller;
            access_points += is_access_point(made.state()) ? 1 : 0;
        }
        const std::string rendered = made.render();
        CHECK(access_points > 30);
        CHECK(count(rendered, "\npantau_ap_up{") == access_points);
        CHECK(count(rendered, "\npantau_ap_health{") == access_points);
        CHECK(count(rendered, "\npantau_device_up{") == 60 - access_points);
        CHECK(count(rendered, "\npantau_device_health{") == 60 - access_points);
    }

    TEST_CASE("what a device did not tell is absent, what it told as zero is zero") {
        Made made;
        made.device("rw08-1");
        auto seen = std::make_shared<Observation>();
        seen->role = Role::access_point;
        ObservationBuilder build(*seen);
        const auto ap = build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(0));
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_name, text("wifi0"));
        made.up(seen);
        const auto names = names_in(read(made.render()));
        CHECK(names.contains("pantau_ap_clients"));
        for (const char* name :
             {"pantau_ap_cpu_ratio", "pantau_ap_uptime_seconds", "pantau_radio_clients",
              "pantau_radio_channel", "pantau_ap_location_info", "pantau_http_status_code"}) {
            CAPTURE(name);
            CHECK_FALSE(names.contains(name));
        }
    }

    TEST_CASE("an access point that is down shows its state, and nothing that was measured") {
        Made made;
        made.device("rw08-1")->latitude = -7.95;
        made.up(access_point());
        made.state().up = false;
        made.state().health = {HealthState::down, Reason::timeout};
        CHECK(names_in(read(made.render())) ==
              std::set<std::string>{"pantau_ap_up", "pantau_ap_health", "pantau_ap_info",
                                    "pantau_ap_last_success_timestamp_seconds",
                                    "pantau_ap_reboots_total", "pantau_ap_health_changes_total",
                                    "pantau_ap_probe_success", "pantau_ap_probe_duration_seconds",
                                    "pantau_area_aps"});
    }

    TEST_CASE("a check that this machine could not make is absent, not failed") {
        for (const Reason reason : {Reason::local, Reason::overload, Reason::cancelled,
                                    Reason::name_resolution, Reason::timeout}) {
            CAPTURE(name_of(reason));
            Made made;
            made.device("rw08-1");
            made.up(access_point());
            auto latest = std::make_shared<Observation>(*made.state().latest);
            REQUIRE(latest->collectors.size() == 2);
            latest->collectors[1].ok = false;
            latest->collectors[1].reason = reason;
            made.state().latest = latest;
            const auto all = series_in(read(made.render()));
            const auto is_told = [&](const std::string& metric, std::string_view collector) {
                const std::string label = "collector=\"" + std::string(collector) + "\"";
                return std::ranges::any_of(all, [&](const std::string& series) {
                    return series.starts_with(metric + "{") &&
                           series.find(label) != std::string::npos;
                });
            };
            const auto other = latest->collectors[0].collector->name;
            const auto failed = latest->collectors[1].collector->name;
            CHECK(is_told("pantau_ap_probe_success", other));
            CHECK(is_told("pantau_ap_probe_success", failed) == !is_own_fault(reason));
        }
    }

    TEST_CASE("the HTTP check of long ago is absent like everything else measured then") {
        Made made;
        made.device("rw08-1");
        made.up(access_point());
        Snapshot snapshot = made.snapshot();
        snapshot.mono += std::chrono::minutes(5);
        const auto names = names_in(read(FleetWriter(collectors).render(snapshot)));
        CHECK_FALSE(names.contains("pantau_http_status_code"));
        CHECK_FALSE(names.contains("pantau_http_duration_seconds"));
        CHECK(names.contains("pantau_ap_probe_success"));
    }

    TEST_CASE("the HTTP check of the latest poll is shown while SNMP is silent") {
        Made made;
        made.device("rw08-1");
        made.up(access_point());
        auto latest = std::make_shared<Observation>();
        latest->mono = MonoTime() + std::chrono::seconds(60);
        latest->role = Role::access_point;
        latest->collectors = {report(snmp, Reason::timeout), report(http)};
        latest->collectors[1].facts = {{0, 204.0}};
        made.state().latest = latest;
        Snapshot snapshot = made.snapshot();
        snapshot.mono += std::chrono::seconds(140);
        const std::string rendered = FleetWriter(collectors).render(snapshot);
        CHECK(count(rendered, "\npantau_http_status_code{") == 1);
        CHECK(rendered.find("} 204\n") != std::string::npos);
        CHECK(rendered.find("\npantau_ap_clients") == std::string::npos);
    }

    TEST_CASE("an access point that tells of others shows its own parts only") {
        Made made;
        made.device("rw08-1");
        auto seen = access_point();
        ObservationBuilder build(*seen);
        const auto other = build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(99));
        build.begin(ComponentKind::radio, other);
        build.add(quantity::radio_name, text("wifi0"));
        build.add(quantity::radio_band, text("2.4GHz"));
        build.add(named("radio.noise_dbm"), Number::integer(-50));
        made.up(seen);
        const std::string rendered = made.render();
        CHECK(read(rendered).fault == "");
        CHECK(count(rendered, "\npantau_radio_noise_dbm{") == 1);
        CHECK(rendered.find("} -95\n") != std::string::npos);
        CHECK(rendered.find("} -50\n") == std::string::npos);
    }

    TEST_CASE("two devices whose names are mended stay two") {
        Made made;
        made.device("rw\xFF");
        made.device("rw\xFE");
        made.device("rw\xEF\xBF\xBD");
        const std::string rendered = made.render();
        CHECK(series_by_device(read(rendered)).size() == 3);
        CHECK(rendered.find("ap=\"rw\xEF\xBF\xBD\",") != std::string::npos);
        CHECK(rendered == made.render());
    }

    TEST_CASE("a speed in bits is told in bytes, half ones too") {
        Made made;
        made.device("rw08-1");
        auto seen = std::make_shared<Observation>();
        seen->role = Role::access_point;
        ObservationBuilder build(*seen);
        for (const Number speed : {Number::natural(1'000'000'000), Number::natural(12),
                                   Number::real(8e9), Number::natural(0)}) {
            build.begin(ComponentKind::interface);
            build.add(named("interface.speed_bits_per_second"), speed);
        }
        made.up(seen);
        const TextRead text = read(made.render());
        std::vector<double> speeds;
        for (const FamilyRead& family : text.families) {
            if (family.name != "pantau_interface_speed_bytes_per_second") continue;
            for (const SeriesRead& series : family.series)
                speeds.push_back(series.value);
        }
        CHECK(speeds == std::vector<double>{125'000'000, 1.5, 1e9, 0});
    }

    TEST_CASE("a fact that is text or no number is no series") {
        Made made;
        made.device("rw08-1");
        auto seen = access_point();
        seen->collectors[1].facts = {{0, std::nan("")}, {1, std::string("words")}, {7, 1.0}};
        made.up(seen);
        const auto names = names_in(read(made.render()));
        CHECK_FALSE(names.contains("pantau_http_status_code"));
        CHECK_FALSE(names.contains("pantau_http_duration_seconds"));
    }

    TEST_CASE("where an access point is, is told in degrees; half a place is none") {
        Made made;
        const auto device = made.device("rw08-1");
        device->latitude = -7.9526;
        device->longitude = 112.6118;
        made.device("rw08-2")->latitude = -7.9;
        const std::string rendered = made.render();
        CHECK(count(rendered, "\npantau_ap_location_info{") == 1);
        CHECK(rendered.find(R"(lat="-7.9526",lon="112.6118"} 1)") != std::string::npos);
    }

    TEST_CASE("the profile of the inventory is told until the device has shown its own") {
        Made made;
        made.device("a")->profile = "mikrotik-routeros";
        made.device("b");
        made.device("c")->profile = "mikrotik-routeros";
        auto seen = access_point();
        auto again = std::make_shared<Observation>();
        again->role = Role::access_point;
        ObservationBuilder build(*again);
        build.begin(ComponentKind::system);
        build.add(quantity::identity_profile, text("generic"));
        made.up(again);
        std::map<std::string, std::string> profiles;
        const TextRead text = read(made.render());
        for (const FamilyRead& family : text.families) {
            for (const SeriesRead& series : family.series) {
                if (family.name == "pantau_ap_info")
                    profiles[value_of(series, "ap")] = value_of(series, "profile");
            }
        }
        CHECK(profiles == std::map<std::string, std::string>{
                              {"a", "mikrotik-routeros"}, {"b", ""}, {"c", "generic"}});
    }
}
