#include "exporters/prometheus/component_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

using namespace pantau;
using namespace pantau::exposition;

namespace {

Text text(std::string_view bytes) {
    return Text::from_network(bytes);
}

/// An Observation made of parts, and what they are called.
class Parts {
public:
    std::uint32_t ap(std::string_view name = "", std::string_view id = "") {
        ap_ = build_.begin(ComponentKind::access_point);
        if (!name.empty()) build_.add(quantity::ap_name, text(name));
        if (!id.empty()) build_.add(quantity::ap_id, text(id));
        return ap_;
    }
    std::uint32_t radio(std::string_view name) {
        const auto place = build_.begin(ComponentKind::radio, ap_);
        if (!name.empty()) build_.add(quantity::radio_name, text(name));
        return place;
    }
    std::uint32_t ssid(std::string_view name, std::string_view radio) {
        const auto place = build_.begin(ComponentKind::ssid, ap_);
        if (!name.empty()) build_.add(quantity::ssid_ssid, text(name));
        if (!radio.empty()) build_.add(quantity::ssid_radio, text(radio));
        return place;
    }
    std::uint32_t interface(std::string_view name, std::optional<std::uint64_t> index) {
        const auto place = build_.begin(ComponentKind::interface);
        if (index) build_.add(quantity::interface_index, Number::natural(*index));
        if (!name.empty()) build_.add(quantity::interface_name, text(name));
        return place;
    }
    std::uint32_t system() { return build_.begin(ComponentKind::system); }

    const ComponentNames& named() {
        names_.name(seen_);
        return names_;
    }
    /// Names of all parts, "name" or "name@radio" for networks.
    std::vector<std::string> all() {
        named();
        std::vector<std::string> words;
        for (std::size_t i = 0; i < seen_.components.size(); ++i) {
            const ComponentKind kind = seen_.components[i].kind;
            if (kind == ComponentKind::system) continue;
            words.push_back(kind == ComponentKind::ssid ? names_.of(i) + '@' + names_.radio_of(i)
                                                        : names_.of(i));
        }
        return words;
    }
    /// Whether no two parts of one kind and one access point have the same labels.
    bool all_differ() {
        named();
        std::set<std::tuple<int, std::uint32_t, std::string, std::string>> labels;
        for (std::size_t i = 0; i < seen_.components.size(); ++i) {
            const Component& part = seen_.components[i];
            if (part.kind == ComponentKind::system) continue;
            if (!labels
                     .emplace(static_cast<int>(part.kind), part.parent, names_.of(i),
                              names_.radio_of(i))
                     .second)
                return false;
        }
        return true;
    }

private:
    Observation seen_;
    ObservationBuilder build_{seen_};
    ComponentNames names_;
    std::uint32_t ap_ = Component::no_parent;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("exporters/prometheus/component names") {
    TEST_CASE("parts are called what they call themselves") {
        Parts parts;
        parts.system();
        parts.ap("lobby");
        parts.radio("wifi0");
        parts.radio("wifi1");
        parts.ssid("Malang-WiFi", "wifi0");
        parts.ssid("Malang-WiFi", "wifi1");
        parts.interface("eth0", 2);
        CHECK(parts.all() ==
              Names{"lobby", "wifi0", "wifi1", "Malang-WiFi@wifi0", "Malang-WiFi@wifi1", "eth0"});
    }

    TEST_CASE("a part without a name is called by its index or its place") {
        Parts parts;
        parts.ap();
        parts.radio("");
        parts.radio("");
        parts.ssid("", "wifi0");
        parts.interface("", 7);
        parts.interface("", {});
        CHECK(parts.all() == Names{"#1", "#1", "#2", "#1@wifi0", "#7", "#2"});
    }

    TEST_CASE("an access point without a name is called by its id") {
        Parts parts;
        parts.ap("", "00:11:22:33:44:55");
        CHECK(parts.all() == Names{"00:11:22:33:44:55"});
    }

    TEST_CASE("interfaces that share a name are told apart by their index") {
        Parts parts;
        parts.interface("port", 3);
        parts.interface("port", 9);
        parts.interface("eth0", 1);
        CHECK(parts.all() == Names{"port#3", "port#9", "eth0"});
    }

    TEST_CASE("interfaces that share name and index are told apart by their place") {
        Parts parts;
        parts.interface("port", 3);
        parts.interface("port", 3);
        CHECK(parts.all_differ());
        CHECK(parts.all().front().starts_with("port#"));
    }

    TEST_CASE("a network keeps its name; its radio is mended, so that sums over it stay right") {
        Parts parts;
        parts.ap();
        parts.ssid("Malang-WiFi", "");
        parts.ssid("Malang-WiFi", "");
        parts.ssid("Tamu", "");
        CHECK(parts.all() == Names{"#1", "Malang-WiFi@#1", "Malang-WiFi@#2", "Tamu@"});
    }

    TEST_CASE("the same network twice on one radio is still two") {
        Parts parts;
        parts.ap();
        parts.ssid("Malang-WiFi", "wifi0");
        parts.ssid("Malang-WiFi", "wifi0");
        parts.ssid("Malang-WiFi", "wifi1");
        CHECK(parts.all() ==
              Names{"#1", "Malang-WiFi@wifi0#1", "Malang-WiFi@wifi0#2", "Malang-WiFi@wifi1"});
    }

    TEST_CASE("a name that looks like a mended one is mended itself") {
        Parts parts;
        parts.interface("port", 1);
        parts.interface("port", 2);
        parts.interface("port#2", 3);
        parts.interface("#4", 9);
        parts.interface("", 4);
        CHECK(parts.all_differ());
        CHECK(parts.all().front() == "port#1");
    }

    TEST_CASE("radios of different access points may share a name") {
        Parts parts;
        parts.ap("a");
        parts.radio("wifi0");
        parts.ssid("Malang-WiFi", "wifi0");
        parts.ap("b");
        parts.radio("wifi0");
        parts.radio("");
        parts.ssid("Malang-WiFi", "wifi0");
        CHECK(parts.all() ==
              Names{"a", "wifi0", "Malang-WiFi@wifi0", "b", "wifi0", "#2", "Malang-WiFi@wifi0"});
    }

    TEST_CASE("nothing of the observation before is left") {
        ComponentNames names;
        Observation first;
        ObservationBuilder build_first(first);
        build_first.begin(ComponentKind::ssid);
        build_first.add(quantity::ssid_ssid, text("old"));
        build_first.add(quantity::ssid_radio, text("old radio"));
        build_first.begin(ComponentKind::interface);
        build_first.add(quantity::interface_name, text("old port"));
        names.name(first);
        Observation second;
        ObservationBuilder build_second(second);
        build_second.begin(ComponentKind::interface);
        names.name(second);
        CHECK(names.of(0) == "#1");
        CHECK(names.radio_of(0).empty());
    }

    TEST_CASE("whatever a device invents, no two of its parts have the same labels") {
        std::mt19937 random(551);
        const Names words{"", "a", "a#1", "a#2", "#1", "#2", "a#1#1", "b"};
        const auto word = [&] { return words[random() % words.size()]; };
        for (int round = 0; round < 300; ++round) {
            CAPTURE(round);
            Parts parts;
            parts.ap(word(), word());
            for (auto i = random() % 8; i > 0; --i)
                parts.radio(word());
            for (auto i = random() % 12; i > 0; --i)
                parts.ssid(word(), word());
            for (auto i = random() % 12; i > 0; --i) {
                std::optional<std::uint64_t> index;
                if (random() % 4 != 0) index = random() % 4;
                parts.interface(word(), index);
            }
            REQUIRE(parts.all_differ());
        }
    }

    TEST_CASE("thousands of parts with one name are mended in good time") {
        Parts parts;
        for (std::uint64_t i = 0; i < 5000; ++i)
            parts.interface("port", i % 2 == 0 ? i : 1);
        CHECK(parts.all_differ());
    }
}
