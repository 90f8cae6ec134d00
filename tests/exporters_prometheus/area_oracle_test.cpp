// Random fleets, and beside each the sums that whoever made it knows.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "made_fleet.hpp"
#include "read_text.hpp"

using namespace pantau;
using namespace pantau::by_hand;

namespace {

/// Name of the metric with its labels: what is expected of a line.
using Lines = std::map<std::string, double>;

constexpr std::array<std::string_view, 6> healths{"down",        "degraded", "up",
                                                  "maintenance", "unknown",  "unreachable"};

/// Makes devices of every kind, and writes down what each adds to its areas when it makes it.
class RandomFleet {
public:
    explicit RandomFleet(std::uint64_t seed) : random_(seed) {
        const std::size_t devices = 1 + random_() % 60;
        for (std::size_t i = 0; i < devices; ++i)
            add(std::to_string(i));
    }

    [[nodiscard]] Lines shown() const {
        Lines lines;
        for (const FamilyRead& family : read_text(made_.render()).families) {
            if (!family.name.starts_with("pantau_area_")) continue;
            for (const SeriesRead& series : family.series)
                lines[series.text] = series.value;
        }
        return lines;
    }
    [[nodiscard]] const Lines& expected() const { return expected_; }

private:
    std::size_t one_of(std::size_t count) { return random_() % count; }

    std::vector<std::string> area() {
        std::vector<std::string> path;
        for (const std::string_view level : {"k", "l", "r"})
            path.push_back(one_of(8) == 0 ? "" : std::string(level) + std::to_string(one_of(3)));
        return path;
    }

    void add(const std::string& id) {
        const auto device = made_.device(id);
        device->area = area();
        if (one_of(4) == 0)
            add_controller(*device);
        else
            add_access_point(*device);
    }

    void add_access_point(const Device& device) {
        const std::size_t health = one_of(healths.size());
        const bool works = health == 1 || health == 2 || one_of(2) == 0;
        auto seen = std::make_shared<Observation>();
        seen->role = one_of(2) == 0 ? Role::access_point : Role::radio;
        std::optional<std::uint64_t> people;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        const bool has_total = one_of(2) == 0;
        if (has_total)
            build.add(quantity::system_clients, Number::natural(people.emplace(one_of(9))));
        build.begin(ComponentKind::access_point);
        if (one_of(2) == 0)
            build.add(quantity::ap_clients, Number::natural(people.emplace(one_of(9))));
        if (one_of(6) != 0)
            made_.up(seen);
        else
            people.reset();  // Never visited.
        made_.state().health = {static_cast<HealthState>(health), {}};
        made_.state().up = works;
        if (one_of(6) == 0) {
            seen->mono -= std::chrono::hours(1);  // Told long ago.
            people.reset();
        }
        expect(device.area, health, works ? people : std::nullopt);
    }

    /// Told are the totals of the device, and people at access points which the inventory knows, or
    /// does not.
    void add_controller(Device& device) {
        device.is_parent = one_of(2) == 0;
        auto seen = std::make_shared<Observation>();
        seen->role = Role::controller;
        auto list = std::make_shared<ControllerList>();
        list->seen = seen;
        std::optional<std::uint64_t> total;
        std::optional<std::uint64_t> at_all;
        std::optional<std::uint64_t> at_others;
        bool is_told_of_known = false;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        if (one_of(2) == 0)
            build.add(quantity::system_clients, Number::natural(total.emplace(one_of(99))));
        const bool has_list = one_of(2) == 0;
        const std::size_t served = one_of(5);
        for (std::size_t i = 0; i < served; ++i) {
            const std::uint32_t ap = build.begin(ComponentKind::access_point);
            const bool is_known = has_list && one_of(2) == 0;
            if (has_list && !is_known) list->unassigned.push_back(ap);
            if (is_known) ++list->assigned;
            if (one_of(3) == 0) continue;  // Not counted there.
            const std::uint64_t people = one_of(9);
            build.add(quantity::ap_clients, Number::natural(people));
            at_all = at_all.value_or(0) + people;
            if (is_known)
                is_told_of_known = true;
            else
                at_others = at_others.value_or(0) + people;
        }
        made_.up(seen);
        if (has_list) made_.state().list = list;
        std::optional<std::uint64_t> counted = total ? total : at_all;
        if (is_told_of_known)
            counted = at_others;
        else if (list->assigned == 0 && device.is_parent)
            counted.reset();
        expect(device.area, {}, counted);
    }

    void expect(const std::vector<std::string>& area, std::optional<std::size_t> health,
                std::optional<std::uint64_t> people) {
        if (!health && !people) return;
        static constexpr std::array<std::string_view, 3> levels{"kecamatan", "kelurahan", "rw"};
        std::string labels;
        for (std::size_t level = 0; level < levels.size(); ++level) {
            labels += std::string(levels[level]) + "=\"" + area[level] + "\",";
            if (area[level].empty()) continue;
            const std::string of = labels + "level=\"" + std::string(levels[level]) + '"';
            for (std::size_t i = 0; i < healths.size(); ++i)
                expected_["pantau_area_aps{" + of + ",health=\"" + std::string(healths[i]) +
                          "\"}"] += health == i ? 1 : 0;
            if (people)
                expected_["pantau_area_clients{" + of + "}"] += static_cast<double>(*people);
        }
    }

    std::mt19937_64 random_;
    Made made_;
    Lines expected_;
};

/// The first line that is in one only, or with another value.
std::string difference(const Lines& shown, const Lines& expected) {
    for (const auto& [line, value] : expected) {
        const auto found = shown.find(line);
        if (found == shown.end()) return "missing: " + line + ' ' + std::to_string(value);
        if (found->second != value)
            return line + ": " + std::to_string(found->second) + ", not " + std::to_string(value);
    }
    for (const auto& [line, value] : shown) {
        if (!expected.contains(line)) return "too many: " + line + ' ' + std::to_string(value);
    }
    return "";
}

}  // namespace

TEST_SUITE("exporters/prometheus/area totals") {
    TEST_CASE("in 500 random fleets every area of every level has the sums its maker knows") {
        std::size_t lines = 0;
        for (std::uint64_t seed = 0; seed < 500; ++seed) {
            const RandomFleet fleet(seed);
            CAPTURE(seed);
            REQUIRE(difference(fleet.shown(), fleet.expected()) == "");
            lines += fleet.expected().size();
        }
        CHECK(lines > 50'000);
    }
}
