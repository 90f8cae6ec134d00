#include "normalise/normalise.hpp"

#include <algorithm>
#include <string>

#include "base/oid.hpp"
#include "normalise/evaluate.hpp"
#include "normalise/mapping.hpp"

namespace pantau {
namespace {

using mapping::Evaluation;
using mapping::Mapping;
using mapping::none;
using mapping::Slot;
using mapping::Table;
using mapping::Value;
using mapping::Workspace;

CollectorReport report_of(const Answer& answer) {
    CollectorReport report;
    report.collector = answer.collector;
    report.ok = answer.ok();
    if (answer.error) {
        report.reason = answer.error->reason;
        report.detail = answer.error->detail;
    }
    report.duration = answer.duration;
    report.facts = answer.facts;
    report.ladder = answer.ladder;
    return report;
}

/// A quantity of an access point that is the same for the device it is all of.
struct Twin {
    QuantityId of_access_point;
    QuantityId of_system;
};

std::vector<Twin> find_twins() {
    std::vector<Twin> twins;
    for (QuantityId id = 0; id < quantities().size(); ++id) {
        const QuantityInfo& info = quantity_info(id);
        if (info.component != ComponentKind::access_point || id == quantity::ap_name) continue;
        for (const std::string_view prefix : {"system.", "identity."}) {
            const auto twin = quantity_named(std::string(prefix) + std::string(info.json_key));
            if (twin) twins.push_back({id, *twin});
        }
    }
    return twins;
}

const std::vector<Twin>& twins() {
    static const std::vector<Twin> found = find_twins();
    return found;
}

/// Writes one Observation from an Evaluation.
class Writer {
public:
    Writer(const Device& device, const Profile& profile, const Evaluation& evaluation,
           Observation& out)
        : device_(device),
          profile_(profile),
          map_(profile.compiled()),
          values_(evaluation),
          out_(out),
          build_(out) {}

    void write() {
        reserve();
        for (std::uint16_t slot = 0; slot < map_.slots.size(); ++slot) {
            if (map_.slots[slot].table == none && map_.slots[slot].quantity != none)
                scalar_of(map_.slots[slot].quantity) = &values_.value(map_.slots[slot]);
        }
        decide_role();
        share_between_twins();
        write_system();
        if (map_.access_points != none) {
            write_networks_of_system();
            write_access_points();
        } else if (is_served()) {
            write_only_access_point();
        }
        write_tables(ComponentKind::interface, Component::no_parent, none);
        shrink();
    }

private:
    struct Stretch {
        std::uint32_t first;
        std::uint32_t end;
    };

    const Value*& scalar_of(QuantityId id) { return scalars_[id]; }

    void reserve() {
        std::size_t rows = 2;
        std::size_t readings = 40;
        for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
            if (!map_.tables[table].component) continue;
            rows += values_.row_count(table);
            readings += values_.row_count(table) * (map_.tables[table].slots.size() + 1);
        }
        out_.components.reserve(rows);
        out_.readings.reserve(readings);
        out_.texts.reserve(2 * rows + 20);
        out_.text_bytes.reserve(20 * out_.texts.capacity());
    }

    /// An Observation is kept until the next one. Without this it took half as much again.
    void shrink() {
        out_.components.shrink_to_fit();
        out_.readings.shrink_to_fit();
        out_.texts.shrink_to_fit();
        out_.text_bytes.shrink_to_fit();
    }

    /// Whether a row has anything to say, and its table lets it.
    bool is_row_told(std::uint16_t table, std::uint32_t row) const {
        const auto& slots = map_.tables[table].slots;
        return values_.is_shown(table, row) &&
               std::ranges::any_of(slots, [&](std::uint16_t number) {
                   const Slot& slot = map_.slots[number];
                   return slot.quantity != none && !values_.value(slot, row).is_absent();
               });
    }

    bool has_rows(ComponentKind kind) const {
        for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
            if (map_.tables[table].component != kind) continue;
            for (std::uint32_t row = 0; row < values_.row_count(table); ++row) {
                if (is_row_told(table, row)) return true;
            }
        }
        return false;
    }

    /// Radios, networks or clients make an access point of a device that comes with and without
    /// them; that they are missing says something only when the Answer is whole.
    void decide_role() {
        const auto counts_clients = [&](QuantityId id) {
            return scalar_of(id) != nullptr && !scalar_of(id)->is_absent();
        };
        const bool is_wireless = counts_clients(quantity::ap_clients) ||
                                 counts_clients(quantity::system_clients) ||
                                 has_rows(ComponentKind::radio) || has_rows(ComponentKind::ssid) ||
                                 has_rows(ComponentKind::access_point);
        shows_wireless_ = is_wireless;
        out_.role =
            is_wireless || !values_.is_complete() ? map_.role_wireless : map_.role_otherwise;
    }

    /// Some are access points by their model: when such a one answers, it is there, whatever it
    /// tells of its radios.
    bool is_served() const {
        const bool is_by_model = out_.role == map_.role_otherwise && values_.is_complete();
        return (shows_wireless_ || is_by_model) &&
               (out_.role == Role::access_point || out_.role == Role::radio);
    }

    /// What a device is alone, it is as a system too: one value serves both components.
    void share_between_twins() {
        if (map_.access_points != none || !is_served()) return;
        for (const Twin& twin : twins()) {
            const Value*& ap = scalar_of(twin.of_access_point);
            const Value*& system = scalar_of(twin.of_system);
            const bool has_ap = ap != nullptr && !ap->is_absent();
            const bool has_system = system != nullptr && !system->is_absent();
            if (!has_ap && has_system) ap = system;
            if (!has_system && has_ap) system = ap;
        }
    }

    void add(QuantityId id, const Value& value) {
        switch (value.kind) {
            case Value::Kind::absent:
                return;
            case Value::Kind::number:
                build_.add(id, value.number, value.wraps_at_32_bits);
                return;
            case Value::Kind::text:
                build_.add(id, Text::from_network(value.text));
                return;
        }
    }

    void write_scalars(ComponentKind kind) {
        for (QuantityId id = 0; id < quantities().size(); ++id) {
            if (quantity_info(id).component == kind && scalar_of(id) != nullptr)
                add(id, *scalar_of(id));
        }
    }

    void write_system() {
        build_.begin(ComponentKind::system);
        const auto says = [&](QuantityId id) {
            return scalar_of(id) != nullptr && !scalar_of(id)->is_absent();
        };
        if (!says(quantity::identity_vendor) && !profile_.vendor().empty())
            build_.add(quantity::identity_vendor, Text::from_network(profile_.vendor()));
        build_.add(quantity::identity_profile, Text::from_network(profile_.name()));
        write_scalars(ComponentKind::system);
        if (map_.access_points == none && is_served() && !says(quantity::system_access_points))
            build_.add(quantity::system_access_points, Number::natural(1));
    }

    void write_only_access_point() {
        const std::uint32_t ap = build_.begin(ComponentKind::access_point);
        const auto says = [&](QuantityId id) {
            return scalar_of(id) != nullptr && !scalar_of(id)->is_absent();
        };
        if (!says(quantity::ap_name)) {
            const Value* name = scalar_of(quantity::identity_name);
            const bool has_name = name != nullptr && !name->is_absent();
            build_.add(quantity::ap_name,
                       Text::from_network(has_name ? name->text : std::string_view(device_.id)));
        }
        if (!says(quantity::ap_id)) build_.add(quantity::ap_id, Text::from_network(device_.id));
        // It answered: an access point that is its own device needs no controller to say so.
        if (!says(quantity::ap_up)) build_.add(quantity::ap_up, Number::natural(1));
        static const QuantityId address = quantity::require("ap.address");
        if (!says(address)) build_.add(address, Text::from_network(device_.address));
        write_scalars(ComponentKind::access_point);
        write_tables(ComponentKind::radio, ap, none);
        write_tables(ComponentKind::ssid, ap, none);
    }

    /// What a controller totals over its access points.
    void write_networks_of_system() {
        for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
            if (map_.tables[table].is_of_system)
                write_rows(table, {0, values_.row_count(table)}, Component::no_parent);
        }
    }

    void write_access_points() {
        for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
            if (map_.tables[table].has_parent) find_parents(table);
        }
        const std::uint16_t table = map_.access_points;
        for (std::uint32_t row = 0; row < values_.row_count(table); ++row) {
            if (!is_row_told(table, row)) continue;
            const std::uint32_t ap = build_.begin(ComponentKind::access_point);
            write_row(table, row);
            write_tables(ComponentKind::radio, ap, row);
            write_tables(ComponentKind::ssid, ap, row);
        }
    }

    /// Row keys of a radio begin with the key of its access point, and both are sorted: each
    /// access point owns a stretch of the rows.
    void find_parents(std::uint16_t table) {
        auto& stretches = stretches_[table];
        const std::uint32_t count = values_.row_count(table);
        std::uint32_t at = 0;
        for (std::uint32_t ap = 0; ap < values_.row_count(map_.access_points); ++ap) {
            const auto key = values_.row_key(map_.access_points, ap);
            const auto is_before = [&](std::uint32_t row) {
                const auto other = values_.row_key(table, row);
                return std::lexicographical_compare(other.begin(), other.end(), key.begin(),
                                                    key.end());
            };
            const auto is_below = [&](std::uint32_t row) {
                const auto other = values_.row_key(table, row);
                return other.size() >= key.size() &&
                       std::equal(key.begin(), key.end(), other.begin());
            };
            while (at < count && is_before(at))
                ++at;
            const std::uint32_t first = at;
            while (at < count && is_below(at))
                ++at;
            stretches.push_back({first, at});
        }
    }

    /// All rows of the tables of one kind; those of one access point when `ap` is a row of theirs.
    void write_tables(ComponentKind kind, std::uint32_t parent, std::uint32_t ap) {
        for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
            if (map_.tables[table].component != kind || map_.tables[table].is_of_system) continue;
            const Stretch all{0, values_.row_count(table)};
            write_rows(table, ap != none ? stretches_[table][ap] : all, parent);
        }
    }

    void write_rows(std::uint16_t table, Stretch rows, std::uint32_t parent) {
        const ComponentKind kind = *map_.tables[table].component;
        for (std::uint32_t row = rows.first; row < rows.end; ++row) {
            if (!is_row_told(table, row)) continue;
            build_.begin(kind, parent);
            if (kind == ComponentKind::radio) {
                write_radio(table, row);
            } else {
                write_row(table, row);
            }
        }
    }

    void write_row(std::uint16_t table, std::uint32_t row) {
        for (const std::uint16_t number : map_.tables[table].slots) {
            const Slot& slot = map_.slots[number];
            if (slot.quantity != none) add(slot.quantity, values_.value(slot, row));
        }
    }

    /// Band, channel and frequency tell each other as far as physics allows; a radio without a
    /// name gets its row key, for something must tell it from its neighbours.
    void write_radio(std::uint16_t table, std::uint32_t row) {
        write_row(table, row);
        const Value* name = nullptr;
        const Value* band = nullptr;
        const Value* channel = nullptr;
        const Value* frequency = nullptr;
        for (const std::uint16_t number : map_.tables[table].slots) {
            const Slot& slot = map_.slots[number];
            const Value& value = values_.value(slot, row);
            if (value.is_absent()) continue;
            if (slot.quantity == quantity::radio_name) name = &value;
            if (slot.quantity == quantity::radio_band) band = &value;
            if (slot.quantity == quantity::radio_channel) channel = &value;
            if (slot.quantity == quantity::radio_frequency) frequency = &value;
        }
        if (name == nullptr)
            build_.add(quantity::radio_name,
                       Text::from_network(Oid(values_.row_key(table, row)).to_string()));
        std::string_view band_word = band != nullptr ? band->text : std::string_view();
        if (band == nullptr && frequency != nullptr)
            band_word = band_of_frequency(frequency->number.as_double());
        if (band == nullptr && frequency == nullptr && channel != nullptr)
            band_word = band_of_channel(channel->number.as_natural()).value_or("");
        if (band == nullptr && !band_word.empty())
            build_.add(quantity::radio_band, Text::from_network(band_word));
        if (frequency == nullptr && channel != nullptr) {
            if (const auto hertz = frequency_of(band_word, channel->number.as_natural()))
                build_.add(quantity::radio_frequency, Number::natural(*hertz));
        }
        if (channel == nullptr && frequency != nullptr) {
            if (const auto derived = channel_of_frequency(frequency->number.as_double()))
                build_.add(quantity::radio_channel, Number::natural(*derived));
        }
    }

    const Device& device_;
    const Profile& profile_;
    const Mapping& map_;
    const Evaluation& values_;
    Observation& out_;
    ObservationBuilder build_;
    std::vector<const Value*> scalars_ = std::vector<const Value*>(quantities().size());
    std::vector<std::vector<Stretch>> stretches_ =
        std::vector<std::vector<Stretch>>(map_.tables.size());
    bool shows_wireless_ = false;
};

}  // namespace

Observation normalise(const Device& device, const Profile* profile, std::span<const Answer> answers,
                      WallTime time, MonoTime mono) {
    Observation seen;
    seen.device = device.id;
    seen.time = time;
    seen.mono = mono;
    for (const Answer& answer : answers) {
        seen.collectors.push_back(report_of(answer));
        seen.problems.insert(seen.problems.end(), answer.problems.begin(), answer.problems.end());
    }
    if (profile == nullptr) return seen;

    thread_local Workspace workspace;
    Evaluation evaluation(profile->compiled(), answers, workspace);
    evaluation.run();
    Writer(device, *profile, evaluation, seen).write();
    for (const std::uint16_t table : evaluation.overlong()) {
        const auto& name = profile->compiled().tables[table].name;
        seen.problems.push_back({profile->compiled().collectors.front().name, name,
                                 Reason::too_large, "more rows than any device has"});
    }
    return seen;
}

}  // namespace pantau
