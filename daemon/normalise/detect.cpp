#include "normalise/detect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <tuple>

#include "normalise/mapping.hpp"

namespace pantau::mapping {
namespace {

bool is_match(const boost::regex& regex, std::string_view text) {
    try {
        return boost::regex_search(text.begin(), text.end(), regex);
    } catch (const std::exception&) {
        return false;  // work beyond the library's limit
    }
}

std::string text_of(const Answer& answer, const RawValue& value) {
    switch (value.kind) {
        case RawValue::Kind::bytes:
        case RawValue::Kind::oid:
            return std::string(trimmed(answer.bytes_of(value)));
        case RawValue::Kind::integer:
        case RawValue::Kind::counter32:
        case RawValue::Kind::counter64:
            return fmt::format("{}", value.number.as_integer());
    }
    return {};
}

const Answer* answer_of(std::string_view collector, std::span<const Answer> answers) {
    const auto found = std::ranges::find_if(answers, [&](const Answer& answer) {
        return answer.collector != nullptr && answer.collector->name == collector;
    });
    return found == answers.end() ? nullptr : &*found;
}

}  // namespace

Detection::Detection(Kinds kinds, const Profile* describing) : kinds_(kinds) {
    for (const CollectorKind* kind : kinds)
        asked_.push_back({std::string(kind->info->name), nullptr});
    object_id_ = describe(describing, "identity.object_id");
    description_ = describe(describing, "identity.description");
}

Detection::Place Detection::place(std::size_t kind, const std::string& address, bool is_column,
                                  std::string_view label) {
    auto& ask = asked_[kind].ask;
    if (!ask) ask = std::make_shared<Ask>();
    for (std::size_t i = 0; i < ask->fields.size(); ++i) {
        if (ask->fields[i].address == address && ask->fields[i].is_column() == is_column)
            return {kind, static_cast<std::uint16_t>(i)};
    }
    Field field;
    field.address = address;
    field.label = label;
    // Columns to probe have nothing to do with each other: each is a table of its own.
    if (is_column) field.table = static_cast<std::uint16_t>(ask->fields.size());
    ask->fields.push_back(std::move(field));
    return {kind, static_cast<std::uint16_t>(ask->fields.size() - 1)};
}

std::optional<Detection::Place> Detection::describe(const Profile* profile,
                                                    std::string_view quantity) {
    if (profile == nullptr) return std::nullopt;
    const Mapping& mapping = profile->compiled();
    for (const Slot& slot : mapping.slots) {
        if (slot.name != quantity) continue;
        for (const Rule& rule : slot.chain) {
            if (rule.origin != Origin::field) continue;
            const MappedField& field = mapping.fields[rule.field];
            const MappedCollector& collector = mapping.collectors[field.collector];
            const auto kind = std::ranges::find(asked_, collector.name, &Asked::collector);
            if (kind == asked_.end()) continue;
            return place(static_cast<std::size_t>(kind - asked_.begin()),
                         collector.ask->fields[field.number].address, false, quantity);
        }
    }
    return std::nullopt;
}

void Detection::add(std::shared_ptr<const Profile> profile, std::int64_t priority,
                    const std::vector<Alternative>& alternatives) {
    for (const Alternative& alternative : alternatives) {
        Sign sign;
        sign.profile = profile;
        sign.priority = priority;
        sign.alternative = alternative;
        if (alternative.probe) {
            const Probe& probe = *alternative.probe;
            sign.probe = place(probe.kind, probe.address, probe.is_column,
                               fmt::format("detect.{}", profile->name()));
        }
        if (alternative.object_ids.empty()) signs_.push_back(sign);
        for (const Oid& object_id : alternative.object_ids) {
            sign.object_id = object_id;
            signs_.push_back(sign);
        }
    }
}

void Detection::finish() {
    const auto weight = [](const Sign& sign) {
        const int conditions = (sign.object_id.empty() ? 0 : 1) +
                               (sign.alternative.description ? 1 : 0) +
                               (sign.alternative.probe ? 1 : 0);
        return std::tuple(sign.priority, conditions, sign.object_id.size());
    };
    std::ranges::stable_sort(signs_, [&](const Sign& a, const Sign& b) {
        if (weight(a) != weight(b)) return weight(a) > weight(b);
        return a.profile->name() < b.profile->name();
    });
}

std::shared_ptr<const Ask> Detection::ask(std::string_view collector) const {
    const auto found = std::ranges::find(asked_, collector, &Asked::collector);
    return found == asked_.end() ? nullptr : found->ask;
}

std::string_view Detection::text_at(const std::optional<Place>& place,
                                    std::span<const Answer> answers) const {
    if (!place) return {};
    const Answer* answer = answer_of(asked_[place->kind].collector, answers);
    if (answer == nullptr) return {};
    for (const Cell& cell : answer->cells()) {
        const bool is_text =
            cell.value.kind == RawValue::Kind::bytes || cell.value.kind == RawValue::Kind::oid;
        if (cell.field == place->field && is_text) return answer->bytes_of(cell.value);
    }
    return {};
}

bool Detection::is_answered(const Sign& sign, std::span<const Answer> answers) const {
    const Answer* answer = answer_of(asked_[sign.probe.kind].collector, answers);
    if (answer == nullptr) return false;
    const auto& match = sign.alternative.probe->match;
    return std::ranges::any_of(answer->cells(), [&](const Cell& cell) {
        return cell.field == sign.probe.field &&
               (!match || is_match(*match, text_of(*answer, cell.value)));
    });
}

bool Detection::fits(const Sign& sign, const Oid& object_id, std::string_view description,
                     std::span<const Answer> answers) const {
    if (!sign.object_id.empty() && !object_id.starts_with(sign.object_id)) return false;
    if (sign.alternative.description && !is_match(*sign.alternative.description, description))
        return false;
    return !sign.alternative.probe || is_answered(sign, answers);
}

Oid Detection::object_id(std::span<const Answer> answers) const {
    return Oid::parse(trimmed(text_at(object_id_, answers))).value_or(Oid());
}

std::shared_ptr<const Profile> Detection::find(std::span<const Answer> answers) const {
    const Oid object_id = this->object_id(answers);
    const std::string_view description = trimmed(text_at(description_, answers));
    for (const Sign& sign : signs_) {
        if (fits(sign, object_id, description, answers)) return sign.profile;
    }
    return nullptr;
}

}  // namespace pantau::mapping
