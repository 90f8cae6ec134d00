// Random fleets, given to our writer as a Snapshot and to prometheus-cpp as families: both texts
// must read the same.
#include <doctest/doctest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "exporters/prometheus/label_text.hpp"
#include "made_fleet.hpp"
#include "nasty_strings.hpp"
#include "read_text.hpp"

using namespace pantau;
using namespace pantau::by_hand;

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A fleet for both writers. The families of prometheus-cpp are made from the catalogue and from
/// what was said, not from what we wrote.
class TwoFleets {
public:
    explicit TwoFleets(std::uint64_t seed) : random_(seed) {
        const std::size_t devices = 1 + random_() % 12;
        for (std::size_t i = 0; i < devices; ++i)
            add_access_point(word("ap" + std::to_string(i)));
    }

    [[nodiscard]] TextRead ours() const { return read_text(made_.render()); }
    [[nodiscard]] TextRead theirs() const {
        std::vector<prometheus::MetricFamily> families;
        for (const auto& [name, family] : families_)
            families.push_back(family);
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, families);
        return read_text(out.str());
    }
    [[nodiscard]] bool has(const std::string& name) const { return families_.contains(name); }

private:
    /// As the network may say it, made harmless: what a label can hold.
    std::string word(const std::string& before = {}) {
        const std::string& any = words_[random_() % words_.size()];
        return Text::from_network(before + any).str();
    }

    void expect(std::string_view metric, QuantityKind kind, Labels labels, double value) {
        prometheus::MetricFamily& family = families_[std::string(metric)];
        family.name = metric;
        family.help = "x";
        family.type = kind == QuantityKind::counter ? prometheus::MetricType::Counter
                                                    : prometheus::MetricType::Gauge;
        prometheus::ClientMetric& made = family.metric.emplace_back();
        for (auto& [name, text] : labels)
            made.label.push_back({name, text});
        made.gauge.value = made.counter.value = value;
    }

    /// Some of the Quantities of a part, for the Observation and as what is to be shown.
    void fill(ObservationBuilder& build, ComponentKind kind, const Labels& labels) {
        const auto rows = quantities();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const QuantityInfo& row = rows[i];
            if (row.component != kind || row.metric.empty() || row.kind == QuantityKind::text ||
                random_() % 3 == 0)
                continue;
            Number value = Number::natural(random_() >> (random_() % 64));
            if (row.kind == QuantityKind::flag) value = Number::natural(random_() % 2);
            if (row.unit == "ratio") value = Number::real(std::ldexp(random_() % 1024, -10));
            if (row.unit == "dBm" || row.unit == "dB")
                value = Number::integer(-static_cast<std::int64_t>(random_() % 90));
            // Out of the catalogue's range: no Reading, and so nothing to show.
            if (!build.add(static_cast<QuantityId>(i), value)) continue;
            const bool is_in_bits = row.unit == "bits per second";
            expect(row.metric, row.kind, labels,
                   is_in_bits ? value.as_double() / 8 : value.as_double());
        }
    }

    void add_access_point(const std::string& id) {
        const auto device = made_.device(id);
        Labels own{{"ap", id}};
        std::vector<std::string> area;
        for (const char* level : {"kecamatan", "kelurahan", "rw"}) {
            area.push_back(word());
            own.emplace_back(level, area.back());
        }
        device->area = std::move(area);
        const auto with = [&](Labels more) {
            Labels all = own;
            all.insert(all.end(), more.begin(), more.end());
            return all;
        };
        auto seen = std::make_shared<Observation>();
        seen->role = Role::access_point;
        seen->collectors = {report(snmp)};
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        const auto ap = build.begin(ComponentKind::access_point);
        fill(build, ComponentKind::access_point, own);
        std::vector<std::string> radios;
        for (std::size_t i = 0, count = random_() % 4; i < count; ++i) {
            radios.push_back(word(std::to_string(i)));
            const std::string band = word();
            build.begin(ComponentKind::radio, ap);
            build.add(quantity::radio_name, text(radios.back()));
            build.add(quantity::radio_band, text(band));
            fill(build, ComponentKind::radio, with({{"radio", radios.back()}, {"band", band}}));
        }
        for (std::size_t i = 0, count = random_() % 5; i < count; ++i) {
            const std::string network = word(std::to_string(i));
            const std::string radio = radios.empty() ? "" : radios[random_() % radios.size()];
            build.begin(ComponentKind::ssid, ap);
            build.add(quantity::ssid_ssid, text(network));
            build.add(quantity::ssid_radio, text(radio));
            fill(build, ComponentKind::ssid, with({{"ssid", network}, {"radio", radio}}));
        }
        for (std::size_t i = 0, count = random_() % 5; i < count; ++i) {
            const std::string port = word(std::to_string(i));
            build.begin(ComponentKind::interface);
            build.add(quantity::interface_name, text(port));
            fill(build, ComponentKind::interface, with({{"interface", port}}));
        }
        made_.up(seen);
        expect("pantau_ap_up", QuantityKind::gauge, own, 1);
        expect("pantau_ap_health", QuantityKind::gauge, own, 2);
    }

    std::mt19937_64 random_;
    const std::vector<std::string> words_ = nasty_strings();
    Made made_;
    std::map<std::string, prometheus::MetricFamily> families_;
};

/// Series with their values, of the families that the reference has.
std::map<std::string, double> samples(const TextRead& text, const TwoFleets& fleets) {
    std::map<std::string, double> all;
    for (const FamilyRead& family : text.families) {
        if (!fleets.has(family.name)) continue;
        for (const SeriesRead& series : family.series)
            all[family.type + ' ' + series.text] = series.value;
    }
    return all;
}

/// prometheus-cpp writes 16 digits; a double has up to 17.
bool is_near(double a, double b) {
    return a == b || std::abs(a - b) <= 1e-15 * std::max(std::abs(a), std::abs(b));
}

std::string difference(const std::map<std::string, double>& ours,
                       const std::map<std::string, double>& theirs) {
    for (const auto& [series, value] : theirs) {
        const auto found = ours.find(series);
        if (found == ours.end()) return "missing: " + series;
        if (!is_near(found->second, value))
            return series + ": " + std::to_string(found->second) + ", not " + std::to_string(value);
    }
    for (const auto& [series, value] : ours) {
        if (!theirs.contains(series)) return "too many: " + series;
    }
    return "";
}

}  // namespace

TEST_SUITE("exporters/prometheus/exposition") {
    TEST_CASE("200 random fleets have the samples that prometheus-cpp writes of the same data") {
        std::size_t compared = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(seed);
            const TwoFleets fleets(seed);
            const TextRead ours = fleets.ours();
            const TextRead theirs = fleets.theirs();
            REQUIRE(ours.fault == "");
            REQUIRE(theirs.fault == "");
            REQUIRE(difference(samples(ours, fleets), samples(theirs, fleets)) == "");
            compared += theirs.size();
        }
        CHECK(compared > 50'000);
    }
}
