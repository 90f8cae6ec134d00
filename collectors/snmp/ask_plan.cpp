#include "collectors/snmp/ask_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace pantau::snmp {
namespace {

const Oid sys_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid if_number_oid{1, 3, 6, 1, 2, 1, 2, 1, 0};
const Oid if_table{1, 3, 6, 1, 2, 1, 2, 2, 1};
const Oid if_x_table{1, 3, 6, 1, 2, 1, 31, 1, 1, 1};

constexpr std::uint16_t no_object = UINT16_MAX;

}  // namespace

/// An object is needless only when every field that wants it is content with the other one.
void AskPlan::find_stand_ins(const std::vector<std::uint16_t>& object_of_field) {
    for (std::uint16_t number = 0; number < objects.size(); ++number) {
        Object& object = objects[number];
        std::optional<std::uint16_t> other;
        for (const std::uint16_t field : object.fields) {
            const std::uint16_t first = ask->fields[field].stands_in_for;
            const std::uint16_t found =
                first < object_of_field.size() ? object_of_field[first] : no_object;
            const bool is_like_the_others = !other || *other == found;
            other = is_like_the_others ? found : no_object;
        }
        if (other && *other != no_object && *other != number &&
            objects[*other].table == object.table)
            object.stands_in_for = other;
    }
}

/// Names are read behind the values they name: when they are as before, so were the rows.
void AskPlan::put_names_last() {
    for (Table& table : tables) {
        std::stable_partition(table.columns.begin(), table.columns.end(),
                              [this](std::uint16_t object) { return !objects[object].is_name; });
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            objects[table.columns[i]].column = static_cast<std::uint16_t>(i);
    }
}

AskPlan::AskPlan(std::shared_ptr<const Ask> from) : ask(std::move(from)) {
    if (const auto* const given = dynamic_cast<const Care*>(ask->care.get())) care = *given;

    std::map<std::pair<Oid, std::uint16_t>, std::uint16_t> known;
    std::map<std::uint16_t, std::uint16_t> table_of;  // Field::table -> number in `tables`
    const auto object = [&](const Oid& oid, std::uint16_t table) -> Object& {
        const auto [at, is_new] =
            known.try_emplace({oid, table}, static_cast<std::uint16_t>(objects.size()));
        if (is_new) {
            Object added;
            added.oid = oid;
            added.table = table;
            if (table == Field::no_table) {
                scalars.push_back(at->second);
            } else {
                Table& home = tables[table];
                added.column = static_cast<std::uint16_t>(home.columns.size());
                home.columns.push_back(at->second);
                if (oid.starts_with(if_table) || oid.starts_with(if_x_table))
                    home.is_of_interfaces = true;
            }
            objects.push_back(std::move(added));
        }
        return objects[at->second];
    };

    object(sys_up_time, Field::no_table);
    std::vector<std::uint16_t> object_of_field(ask->fields.size(), no_object);
    for (std::size_t i = 0; i < ask->fields.size(); ++i) {
        const Field& field = ask->fields[i];
        const auto oid = Oid::parse(field.address);
        if (!oid || oid->size() < 2) {
            bad_fields.push_back(static_cast<std::uint16_t>(i));
            continue;
        }
        std::uint16_t table = Field::no_table;
        if (field.is_column()) {
            const auto [at, is_new] =
                table_of.try_emplace(field.table, static_cast<std::uint16_t>(tables.size()));
            if (is_new) tables.emplace_back();
            table = at->second;
        }
        Object& wanted = object(*oid, table);
        wanted.fields.push_back(static_cast<std::uint16_t>(i));
        wanted.is_name |= field.is_name && field.is_column();
        object_of_field[i] = static_cast<std::uint16_t>(&wanted - objects.data());
    }
    put_names_last();
    find_stand_ins(object_of_field);
    if (std::ranges::any_of(tables, &Table::is_of_interfaces)) {
        object(if_number_oid, Field::no_table);
        if_number = known.at({if_number_oid, Field::no_table});
    }
}

}  // namespace pantau::snmp
