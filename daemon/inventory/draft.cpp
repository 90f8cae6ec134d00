#include "inventory/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/edit_distance.hpp"
#include "inventory/cell_values.hpp"

namespace pantau::inventory {
namespace {

using namespace std::chrono_literals;

constexpr DurationRange interval_range{1s, 24h, "1s to 24h"};
constexpr DurationRange timeout_range{10ms, 60s, "10ms to 60s"};

/// Settings kept for comparing; more would cost more time than they save memory.
constexpr std::size_t recent_most = 8;

/// Names for a help text: all when they are few.
std::string list_of(std::span<const std::string_view> names) {
    constexpr std::size_t shown_most = 12;
    const std::span<const std::string_view> shown = names.first(std::min(names.size(), shown_most));
    return fmt::format("{}{}", fmt::join(shown, ", "), names.size() > shown_most ? ", …" : "");
}

}  // namespace

DraftReader::DraftReader(const config::Settings& settings, const DeviceColumns& columns,
                         std::span<const std::string> profile_names, Report& report)
    : settings_(settings),
      columns_(columns),
      profile_names_(profile_names),
      report_(report),
      recent_(columns.kinds().size()) {}

Draft DraftReader::built_in() const {
    Draft draft;
    draft.device.poll = settings_.poll;
    draft.nodes.resize(columns_.kinds().size());
    return draft;
}

template <class Value>
std::optional<Value> DraftReader::accept(Reading<Value> reading, const Row& row, std::size_t column,
                                         Draft& draft) {
    if (reading) return std::move(*reading);
    draft.is_faulty = true;
    report_.error(row, column, std::move(reading.error().message), std::move(reading.error().help));
    return std::nullopt;
}

void DraftReader::apply(const Row& row, Draft& draft) {
    if (const Cell& port = row.cell(port_column); port.is_given()) {
        const auto number = accept(read_port(port.text), row, port_column, draft);
        draft.device.port = number.value_or(draft.device.port);
    }
    read_poll(row, draft);
    read_profile(row, draft);
    read_credentials(row, draft);
    read_parents_of(row, draft);
    read_controllers_of(row, draft);
    read_collectors(row, draft);
}

void DraftReader::read_poll(const Row& row, Draft& draft) {
    if (const config::Node* node = row.node(columns_.poll_node())) read_poll_node(*node, draft);
    PollSettings& poll = draft.device.poll;
    if (const Cell& cell = row.cell(interval_column); cell.is_given()) {
        const auto value =
            accept(read_duration(cell.text, interval_range), row, interval_column, draft);
        poll.interval = value.value_or(poll.interval);
    }
    if (const Cell& cell = row.cell(timeout_column); cell.is_given()) {
        const auto value =
            accept(read_duration(cell.text, timeout_range), row, timeout_column, draft);
        poll.timeout = value.value_or(poll.timeout);
    }
    if (const Cell& cell = row.cell(retries_column); cell.is_given()) {
        const auto value = accept(read_retries(cell.text), row, retries_column, draft);
        poll.retries = value.value_or(poll.retries);
    }
}

void DraftReader::read_poll_node(const config::Node& node, Draft& draft) {
    PollSettings& poll = draft.device.poll;
    const auto read = [&](std::optional<config::Node> value, const DurationRange& range,
                          Duration& to) {
        if (!value) return;
        const Reading<Duration> reading = read_duration(value->scalar(), range);
        to = reading.value_or(to);
        if (!reading) {
            draft.is_faulty = true;
            value->complain(report_.diagnostics(), reading.error().message, reading.error().help);
        }
    };
    config::MapReader map(node, report_.diagnostics());
    read(map.node("interval"), interval_range, poll.interval);
    read(map.node("timeout"), timeout_range, poll.timeout);
    if (const auto retries = map.integer("retries", 0, 10))
        poll.retries = static_cast<unsigned>(*retries);
    map.finish();
}

void DraftReader::read_profile(const Row& row, Draft& draft) {
    const Cell& cell = row.cell(profile_column);
    if (!cell.is_given()) return;
    draft.device.profile = cell.text;
    const bool is_known = cell.text == "auto" || profile_names_.empty() ||
                          std::ranges::find(profile_names_, cell.text) != profile_names_.end();
    if (is_known) return;
    draft.is_faulty = true;
    std::vector<std::string_view> names(profile_names_.begin(), profile_names_.end());
    names.push_back("auto");
    const auto meant = report_.is_read() ? did_you_mean(cell.text, names) : std::nullopt;
    report_.error(row, profile_column, fmt::format("there is no profile \"{}\"", cell.text),
                  meant ? fmt::format("did you mean \"{}\"?", *meant)
                        : fmt::format("auto, or one of the profiles: {}", list_of(names)));
}

std::shared_ptr<const Credential> DraftReader::credential_named(const Row& row,
                                                                std::string_view name) {
    const auto found = settings_.credentials.find(name);
    if (found != settings_.credentials.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [known, credential] : settings_.credentials)
        names.push_back(known);
    if (const auto meant = did_you_mean(name, names)) {
        report_.error(row, credential_column, fmt::format("unknown credential \"{}\"", name),
                      fmt::format("did you mean \"{}\"?", *meant));
        return nullptr;
    }
    // Nothing like it is known: it may be the community itself, in the wrong place.
    const config::Location place = row.place(credential_column);
    report_.diagnostics().hide_lines(place.source, place.line, place.line);
    report_.error(row, credential_column, "unknown credential",
                  names.empty() ? "define it in pantau.yml, under credentials:"
                                : fmt::format("known: {}, and none for no SNMP", list_of(names)));
    return nullptr;
}

void DraftReader::read_credentials(const Row& row, Draft& draft) {
    const Cell& cell = row.cell(credential_column);
    if (!cell.is_given()) return;
    draft.device.credentials.clear();
    if (cell.text == "none") return;
    for (const std::string_view name : words_of(cell.text)) {
        if (name == "none") {
            draft.is_faulty = true;
            report_.error(row, credential_column, "\"none\" stands beside other credentials",
                          "none means no SNMP: write it alone, or remove it");
            continue;
        }
        std::shared_ptr<const Credential> credential = credential_named(row, name);
        if (!credential) {
            draft.is_faulty = true;
            continue;
        }
        auto& list = draft.device.credentials;
        if (std::ranges::find(list, credential) == list.end()) list.push_back(credential);
    }
}

void DraftReader::read_parents_of(const Row& row, Draft& draft) {
    const Cell& cell = row.cell(parent_column);
    if (!cell.is_given()) return;
    draft.parents_from = &row;
    draft.device.parents = accept(read_parents(cell.text), row, parent_column, draft)
                               .value_or(std::vector<ParentGroup>{});
}

/// Any of those named may tell of it: a blank and a | mean the same here.
void DraftReader::read_controllers_of(const Row& row, Draft& draft) {
    const Cell& cell = row.cell(controller_column);
    if (!cell.is_given()) return;
    draft.controllers_from = &row;
    draft.device.controllers.clear();
    const auto groups = accept(read_parents(cell.text), row, controller_column, draft);
    for (const ParentGroup& group : groups.value_or(std::vector<ParentGroup>{})) {
        for (const DeviceId& controller : group) {
            auto& all = draft.device.controllers;
            if (std::ranges::find(all, controller) == all.end()) all.push_back(controller);
        }
    }
}

void DraftReader::read_collectors(const Row& row, Draft& draft) {
    for (std::size_t kind = 0; kind < columns_.kinds().size(); ++kind) {
        if (const config::Node* node = row.node(kind)) read_collector_node(*node, kind, draft);
        if (row.cell(columns_.collector(kind)).is_given()) read_collector_column(row, kind, draft);
    }
}

void DraftReader::read_collector_node(const config::Node& node, std::size_t kind, Draft& draft) {
    const CollectorKind& row = *columns_.kinds()[kind];
    std::optional<config::Node>& said = draft.nodes[kind];
    said = said ? config::merge_maps(*said, node) : node;
    const std::size_t errors_before = report_.diagnostics().errors();
    std::shared_ptr<const CollectorSettings> settings =
        row.read_settings != nullptr ? row.read_settings(*said, report_.diagnostics()) : nullptr;
    const bool is_silent = report_.diagnostics().errors() == errors_before;
    if (settings) return keep(draft, kind, std::move(settings));
    draft.is_faulty = true;
    draft.device.collectors.erase(std::string(row.info->name));
    if (is_silent && !node.is_null()) {
        report_.diagnostics().error(node.key_location(),
                                    fmt::format("{} has no settings for a device", row.info->name),
                                    "remove it", node.path());
    }
}

void DraftReader::read_collector_column(const Row& row, std::size_t kind, Draft& draft) {
    const CollectorKind& collector = *columns_.kinds()[kind];
    const std::size_t column = columns_.collector(kind);
    const auto base = draft.device.collectors.find(collector.info->name);
    Result<std::shared_ptr<const CollectorSettings>> settings =
        collector.read_column(row.cell(column).text,
                              base == draft.device.collectors.end() ? nullptr : base->second.get());
    if (settings && *settings) return keep(draft, kind, std::move(*settings));
    draft.is_faulty = true;
    if (!settings) report_.error(row, column, settings.error().detail, settings.error().where);
}

void DraftReader::keep(Draft& draft, std::size_t kind,
                       std::shared_ptr<const CollectorSettings> settings) {
    auto& recent = recent_[kind];
    const auto same =
        std::ranges::find_if(recent, [&](const auto& known) { return known->equals(*settings); });
    if (same != recent.end()) {
        settings = *same;
    } else {
        recent.push_back(settings);
        if (recent.size() > recent_most) recent.pop_front();
    }
    draft.device.collectors.insert_or_assign(std::string(columns_.kinds()[kind]->info->name),
                                             std::move(settings));
}

}  // namespace pantau::inventory
