#include "model/observation_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace pantau {
namespace {

/// Writes JSON as one line; knows when a comma is due.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void open(char bracket) {
        separate();
        out_.push_back(bracket);
        needs_comma_ = false;
    }
    void close(char bracket) {
        out_.push_back(bracket);
        needs_comma_ = true;
    }
    void key(std::string_view name) {
        separate();
        quote(name);
        out_.push_back(':');
        needs_comma_ = false;
    }
    void raw(std::string_view text) {
        separate();
        out_.append(text);
        needs_comma_ = true;
    }
    void null() { raw("null"); }
    void flag(bool value) { raw(value ? "true" : "false"); }
    void text(std::string_view value) {
        separate();
        quote(value);
        needs_comma_ = true;
    }
    template <class Integer>
    void integer(Integer value) {
        separate();
        fmt::format_to(std::back_inserter(out_), "{}", value);
        needs_comma_ = true;
    }
    void real(double value) {
        if (!std::isfinite(value)) return null();
        separate();
        fmt::format_to(std::back_inserter(out_), "{}", value);
        needs_comma_ = true;
    }
    void number(const Number& value) {
        switch (value.kind()) {
            case Number::Kind::integer:
                return integer(value.as_integer());
            case Number::Kind::natural:
                return integer(value.as_natural());
            case Number::Kind::real:
                return real(value.as_double());
        }
    }

private:
    void separate() {
        if (needs_comma_) out_.push_back(',');
        needs_comma_ = false;
    }
    void quote(std::string_view value) {
        out_.push_back('"');
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                out_.push_back('\\');
                out_.push_back(c);
            } else if (static_cast<unsigned char>(c) < 0x20) {
                fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
            } else {
                out_.push_back(c);
            }
        }
        out_.push_back('"');
    }

    std::string& out_;
    bool needs_comma_ = false;
};

// Strings of our own kind (details, addresses) may hold what the network sent: made harmless here.
void harmless(JsonWriter& json, std::string_view text) {
    constexpr std::size_t longest = 1024;
    json.text(Text::from_network(text, longest).view());
}

std::string rfc3339(WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    // Four-digit years only: what lies outside cannot be a time of ours.
    constexpr std::int64_t latest = 253402300799;
    const std::int64_t count = seconds.time_since_epoch().count();
    const std::int64_t shown = std::min(std::max<std::int64_t>(count, 0), latest);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(shown)));
}

void write_reason(JsonWriter& json, const std::optional<Reason>& reason) {
    json.key("reason");
    if (reason) {
        json.text(name_of(*reason));
    } else {
        json.null();
    }
}

void write_fact(JsonWriter& json, const CollectorReport& report, std::size_t kind) {
    for (const Fact& fact : report.facts) {
        if (fact.kind() != kind) continue;
        if (const double* const number = fact.number()) return json.real(*number);
        return harmless(json, fact.text());
    }
    json.null();
}

bool has_own_labels(const FactKind& kind) {
    return !kind.label_name.empty() && kind.label_value.empty();
}

/// The facts of a kind whose labels come from the configuration, by their labels.
void write_labelled(JsonWriter& json, const CollectorReport& report, std::size_t kind) {
    json.open('{');
    for (const Fact& fact : report.facts) {
        if (fact.kind() != kind || fact.label().empty()) continue;
        json.key(Text::from_network(fact.label()).view());
        json.real(*fact.number());
    }
    json.close('}');
}

/// The facts of a visit: those whose path has a dot share an object, where the first of them
/// stands.
void write_facts(JsonWriter& json, const CollectorReport& report) {
    const auto facts = report.collector->facts;
    const auto group_of = [&](std::size_t kind) {
        const std::string_view path = facts[kind].json_path;
        const auto dot = path.find('.');
        return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
    };
    for (std::size_t kind = 0; kind < facts.size(); ++kind) {
        if (facts[kind].json_path.empty()) continue;
        const std::string_view group = group_of(kind);
        if (group.empty()) {
            json.key(facts[kind].json_path);
            if (has_own_labels(facts[kind])) {
                write_labelled(json, report, kind);
            } else {
                write_fact(json, report, kind);
            }
            continue;
        }
        bool is_written = false;
        for (std::size_t before = 0; before < kind; ++before)
            is_written = is_written || group_of(before) == group;
        if (is_written) continue;
        json.key(group);
        json.open('{');
        for (std::size_t member = kind; member < facts.size(); ++member) {
            if (group_of(member) != group) continue;
            json.key(facts[member].json_path.substr(group.size() + 1));
            write_fact(json, report, member);
        }
        json.close('}');
    }
}

void write_collectors(JsonWriter& json, const Observation& seen) {
    json.key("collectors");
    json.open('{');
    for (const CollectorReport& report : seen.collectors) {
        if (report.collector == nullptr) continue;
        json.key(report.collector->name);
        json.open('{');
        json.key("ok");
        json.flag(report.ok);
        write_reason(json, report.reason);
        json.key("duration_seconds");
        json.real(to_seconds(report.duration));
        write_facts(json, report);
        json.close('}');
    }
    json.close('}');
}

/// The citizen check, the one collector with a ladder that leads to a verdict; null where none is
/// configured.
void write_citizen(JsonWriter& json, const Observation& seen) {
    json.key("citizen");
    const auto found = std::ranges::find_if(seen.collectors, [](const CollectorReport& report) {
        return report.ladder != nullptr && !report.ladder->verdict.empty();
    });
    if (found == seen.collectors.end()) return json.null();
    const Ladder& ladder = *found->ladder;
    json.open('{');
    json.key("online");
    ladder.is_good ? json.flag(*ladder.is_good) : json.null();
    json.key("verdict");
    json.text(ladder.verdict);
    json.key("steps");
    json.open('[');
    for (const Rung& rung : ladder.rungs) {
        json.open('{');
        json.key("name");
        json.text(rung.name);
        json.key("ok");
        json.flag(rung.ok);
        json.key("duration_seconds");
        json.real(to_seconds(rung.duration));
        json.key("expected");
        harmless(json, rung.expected);
        json.key("detail");
        harmless(json, rung.came);
        json.close('}');
    }
    json.close(']');
    json.close('}');
}

void write_value(JsonWriter& json, const Observation& seen, const Component& component,
                 QuantityId id) {
    if (quantity_info(id).kind == QuantityKind::text) {
        const auto text = seen.text(component, id);
        return text ? json.text(*text) : json.null();
    }
    const auto number = seen.number(component, id);
    if (!number) return json.null();
    if (quantity_info(id).kind == QuantityKind::flag) return json.flag(number->as_double() != 0);
    json.number(*number);
}

/// Every quantity of a component whose name begins so, in the order of the catalogue.
void write_quantities(JsonWriter& json, const Observation& seen, const Component& component,
                      std::string_view prefix) {
    for (QuantityId id = 0; id < quantities().size(); ++id) {
        const QuantityInfo& info = quantity_info(id);
        if (info.component != component.kind || !info.name.starts_with(prefix)) continue;
        json.key(info.json_key);
        write_value(json, seen, component, id);
    }
}

void write_parts(JsonWriter& json, const Observation& seen, std::string_view name,
                 ComponentKind kind, std::uint32_t parent) {
    json.key(name);
    json.open('[');
    // The parts of an access point stand behind it, before the next one.
    const std::size_t first = parent == Component::no_parent ? 0 : parent + 1;
    for (std::size_t i = first; i < seen.components.size(); ++i) {
        const Component& part = seen.components[i];
        if (parent != Component::no_parent && part.parent != parent) break;
        if (part.kind != kind) continue;
        json.open('{');
        write_quantities(json, seen, part, "");
        json.close('}');
    }
    json.close(']');
}

void write_access_points(JsonWriter& json, const Observation& seen) {
    json.key("access_points");
    json.open('[');
    for (std::uint32_t i = 0; i < seen.components.size(); ++i) {
        if (seen.components[i].kind != ComponentKind::access_point) continue;
        json.open('{');
        write_quantities(json, seen, seen.components[i], "");
        write_parts(json, seen, "radios", ComponentKind::radio, i);
        write_parts(json, seen, "ssids", ComponentKind::ssid, i);
        json.close('}');
    }
    json.close(']');
}

/// Of a controller as a whole; most devices have none, and then nothing is said of them.
void write_system_networks(JsonWriter& json, const Observation& seen) {
    const auto is_of_system = [](const Component& part) {
        return part.kind == ComponentKind::ssid && part.parent == Component::no_parent;
    };
    if (std::ranges::none_of(seen.components, is_of_system)) return;
    json.key("ssids");
    json.open('[');
    for (const Component& part : seen.components) {
        if (!is_of_system(part)) continue;
        json.open('{');
        write_quantities(json, seen, part, "");
        json.close('}');
    }
    json.close(']');
}

void write_problems(JsonWriter& json, const Observation& seen) {
    json.key("problems");
    json.open('[');
    for (const Problem& problem : seen.problems) {
        json.open('{');
        json.key("collector");
        harmless(json, problem.collector);
        json.key("ask");
        harmless(json, problem.ask);
        write_reason(json, problem.reason);
        json.key("detail");
        harmless(json, problem.detail);
        json.close('}');
    }
    json.close(']');
}

void write_device(JsonWriter& json, const Observation& seen, const Device& device) {
    json.key("device");
    json.open('{');
    json.key("id");
    harmless(json, device.id);
    json.key("address");
    const bool is_polled = !device.address.empty();
    is_polled ? harmless(json, device.address) : json.null();
    json.key("port");
    is_polled ? json.integer(device.port) : json.null();
    json.key("time");
    json.text(rfc3339(seen.time));
    json.close('}');
}

}  // namespace

std::string observation_json(const Observation& seen, const Device& device, const Health& health) {
    std::string out;
    out.reserve(2048 + seen.readings.size() * 32);
    JsonWriter json(out);
    static const Component nothing;
    const Component* found = seen.system();
    const Component& system = found != nullptr ? *found : nothing;

    json.open('{');
    json.key("schema");
    json.text("pantau.observation/1");
    write_device(json, seen, device);
    json.key("health");
    json.open('{');
    json.key("state");
    json.text(name_of(health.state));
    write_reason(json, health.reason);
    json.close('}');
    write_collectors(json, seen);
    write_citizen(json, seen);
    json.key("identity");
    json.open('{');
    write_quantities(json, seen, system, "identity.");
    json.close('}');
    json.key("role");
    json.text(name_of(seen.role));
    json.key("system");
    json.open('{');
    write_quantities(json, seen, system, "system.");
    json.close('}');
    write_access_points(json, seen);
    write_system_networks(json, seen);
    write_parts(json, seen, "interfaces", ComponentKind::interface, Component::no_parent);
    write_problems(json, seen);
    json.close('}');
    return out;
}

}  // namespace pantau
