// The part of the PollMachine that finds rows: walks, and the look behind the last known row.
#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/snmp/poll_machine.hpp"

namespace pantau::snmp {
namespace {

/// Octets of a varbind besides its column's name and its value: headers, a row key of a few parts.
constexpr std::size_t walk_overhead = 8;
/// Columns walked side by side in one request.
constexpr std::size_t columns_most = 16;
/// Repetitions of the first request when nothing is known about the number of rows. Most tables are
/// small, and what lies behind a column's end is of no use.
constexpr std::size_t repetitions_blind = 10;
/// Names remembered of one device: what a controller of 2,000 access points has, 320 kB.
constexpr std::size_t names_most = 20'000;
/// Walks in a row with the same rows after which a table counts as calm.
constexpr std::uint16_t walks_until_calm = 10;

std::strong_ordering compare(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) + 0x9E37'79B9'7F4A'7C15u;
    hash = (hash ^ (hash >> 30)) * 0xBF58'476D'1CE4'E5B9u;
    return hash ^ (hash >> 31);
}

bool by_place(const NameCell& a, const NameCell& b) {
    return a.place < b.place;
}

bool is_below(std::span<const std::uint32_t> name, const Oid& column) {
    return name.size() > column.size() &&
           std::equal(column.parts().begin(), column.parts().end(), name.begin());
}

}  // namespace

/// Whether there is something to walk: goes on with the table under way, or begins the next.
bool PollMachine::start_walk() {
    while (true) {
        if (std::ranges::any_of(cursors_, [](const Cursor& cursor) { return !cursor.is_done; }))
            return true;
        if (!cursors_.empty()) end_walk();
        if (tables_due_.empty()) return false;
        walked_table_ = tables_due_.front();
        tables_due_.erase(tables_due_.begin());
        knowledge_.tables[walked_table_].is_given_up = false;
        seen_.clear();
        has_walk_problem_ = false;
        cells_before_walk_ = answer_.cells().size();
        for (const std::uint16_t object : plan_.tables[walked_table_].columns)
            cursors_.push_back({object, plan_.objects[object].oid, 0, false});
    }
}

void PollMachine::build_walk() {
    step_ = Step::walk;
    body_.type = uses_bulk() ? PduType::get_bulk : PduType::get_next;
    asked_cursors_.clear();
    const std::size_t most = std::min({varbinds_most(), batch_most_, columns_most});
    std::size_t line = 0;  // octets of one repetition
    std::uint32_t rows = 0;
    for (std::uint16_t i = 0; i < cursors_.size() && asked_cursors_.size() < most; ++i) {
        const Cursor& cursor = cursors_[i];
        if (cursor.is_done) continue;
        const std::size_t size = walk_overhead +
                                 encoded_size(plan_.objects[cursor.object].oid.parts()) +
                                 value_size(cursor.object);
        if (line + size > room() && !asked_cursors_.empty()) break;
        line += size;
        rows = std::max(rows, cursor.rows);
        asked_cursors_.push_back(i);
        add_name(cursor.last);
    }
    if (body_.type != PduType::get_bulk) return;
    const std::size_t known = knowledge_.tables[walked_table_].rows.size();
    // One more than the rows that are left shows the end in the same reply.
    const std::size_t wanted = known > rows ? known - rows + 1
                               : rows == 0  ? repetitions_blind
                                            : Care::repetitions_usual;
    const std::size_t repetitions =
        std::min({wanted, room() / std::max<std::size_t>(1, line),
                  std::size_t{traits_.repetitions_most}, std::size_t{plan_.care.repetitions_max}});
    body_.max_repetitions = static_cast<std::uint16_t>(std::max<std::size_t>(1, repetitions));
}

void PollMachine::on_walk(const Message& message) {
    if (body_.type == PduType::get_bulk) traits_.has_answered_bulk = true;
    on_size_borne();
    const std::size_t width = asked_cursors_.size();
    if (message.varbinds.empty()) {
        // Not one varbind fits, or the agent is wrong: less, then without this column.
        if (width > 1 || body_.max_repetitions > 1) {
            shrink();
        } else {
            drop_asked(0, status::too_big);
        }
        return;
    }
    for (std::size_t i = 0; i < message.varbinds.size(); ++i)
        step_cursor(cursors_[asked_cursors_[i % width]], message.varbinds[i]);
}

void PollMachine::step_cursor(Cursor& cursor, const Varbind& varbind) {
    if (cursor.is_done) return;
    const AskPlan::Object& object = plan_.objects[cursor.object];
    if (is_exception(varbind.value.type)) {
        cursor.is_done = true;
        return;
    }
    if (compare(varbind.name, cursor.last.parts()) <= 0) {
        counts_.refuse(Refusal::walk_order);
        add_problem(cursor.object, Reason::malformed, "the walk does not go forward");
        cursor.is_done = true;
        has_walk_problem_ = true;
        return;
    }
    if (!is_below(varbind.name, object.oid)) {
        cursor.is_done = true;
        return;
    }
    if (cursor.rows >= options_.limits.rows) {
        counts_.refuse(Refusal::walk_limit);
        add_problem(cursor.object, Reason::too_large,
                    "stopped after " + std::to_string(cursor.rows) + " rows");
        cursor.is_done = true;
        knowledge_.tables[walked_table_].is_given_up = true;
        return;
    }
    const auto row = varbind.name.subspan(object.oid.size());
    add_cells(cursor.object, row, varbind);
    ++cursor.rows;
    cursor.last = Oid(varbind.name);
    if (seen_.size() <= options_.limits.cells_known) seen_.push_back({Oid(row), object.column});
}

/// What was fetched by name before the walk and is not in it is gone since.
void PollMachine::drop_lost_rows() {
    const auto& columns = plan_.tables[walked_table_].columns;
    answer_.drop(cells_before_walk_, [&](const Cell& cell) {
        return std::ranges::any_of(columns, [&](std::uint16_t object) {
            const auto& fields = plan_.objects[object].fields;
            return std::ranges::find(fields, cell.field) != fields.end();
        });
    });
}

/// Keeps the rows that were found, or that there are too many or too restless ones to keep.
void PollMachine::end_walk() {
    cursors_.clear();
    TableKnowledge& table = knowledge_.tables[walked_table_];
    if (table.is_given_up) return;
    if (!has_walk_problem_ && has_named_[walked_table_]) drop_lost_rows();
    const std::size_t columns = plan_.tables[walked_table_].columns.size();
    if (seen_.size() > options_.limits.cells_known) {
        table.rows = RowSet();
        table.is_walked_always = true;
        table.walks_alike = 0;
        return;
    }
    std::ranges::sort(seen_, [](const Seen& a, const Seen& b) {
        const auto order = a.key <=> b.key;
        return order != 0 ? order < 0 : a.column < b.column;
    });
    RowSet::Maker maker(columns);
    for (std::size_t i = 0; i < seen_.size(); ++i) {
        if (i == 0 || seen_[i].key != seen_[i - 1].key) maker.add_row(seen_[i].key.parts());
        maker.set(seen_[i].column);
    }
    RowSet found = maker.make();
    seen_.clear();
    const bool is_alike = found.has_same_keys(table.rows);
    if (has_walk_problem_) {
        table.is_walked_always = true;
        table.walks_alike = 0;
    } else if (knowledge_.is_learned && (!is_alike || !walks_everything_)) {
        // Between two visits rows came or went, or GET did not find what the walk shows.
        if (!is_alike || !table.is_walked_always) {
            table.is_walked_always = true;
            table.walks_alike = 0;
        } else if (++table.walks_alike >= walks_until_calm) {
            table.is_walked_always = false;
        }
    }
    table.rows = std::move(found);
}

/// Takes back whatever belongs to a row.
void PollMachine::drop_rows() {
    answer_.drop(answer_.cells().size(), [](const Cell& cell) { return cell.row_size != 0; });
}

void PollMachine::note_name(std::uint16_t object, std::span<const std::uint32_t> row,
                            const Value& value) {
    if (names_seen_.size() >= names_most) return;
    std::uint64_t place = mix(0, object);
    for (const std::uint32_t part : row)
        place = mix(place, part);
    std::uint64_t text = mix(static_cast<std::uint64_t>(value.type),
                             static_cast<std::uint64_t>(value.integer) ^ value.natural);
    text = mix(text, std::hash<std::string_view>{}(value.bytes));
    for (const std::uint32_t part : value.oid)
        text = mix(text, part);
    names_seen_.push_back({std::bit_cast<std::array<std::uint32_t, 2>>(place),
                           static_cast<std::uint32_t>(text >> 32)});
}

/// Remembers the names that came; true when one is not what stood at its place before. What a walk
/// of everything does not show is forgotten.
bool PollMachine::take_names() {
    std::stable_sort(names_seen_.begin(), names_seen_.end(), by_place);
    const std::vector<NameCell> before = std::exchange(knowledge_.names, {});
    knowledge_.names.reserve(std::max(before.size(), names_seen_.size()));
    bool has_changed = false;
    auto old = before.begin();
    const auto keep = [&] {
        if (!walks_everything_) knowledge_.names.push_back(*old);
        ++old;
    };
    for (const NameCell& cell : names_seen_) {
        while (old != before.end() && old->place < cell.place)
            keep();
        if (old != before.end() && old->place == cell.place) {
            has_changed |= old->text != cell.text;
            ++old;
        }
        if (!knowledge_.names.empty() && knowledge_.names.back().place == cell.place) {
            has_changed |= knowledge_.names.back().text != cell.text;  // twice in this visit
            knowledge_.names.back() = cell;
        } else {
            knowledge_.names.push_back(cell);
        }
    }
    while (old != before.end())
        keep();
    names_seen_.clear();
    if (knowledge_.names.size() > names_most) knowledge_.names.resize(names_most);
    return has_changed;
}

/// Whether all tables must be read once more, because rows have moved since the last visit: perhaps
/// between two replies of this one.
bool PollMachine::begin_rereading() {
    if (names_seen_.empty() || !take_names()) return false;
    drop_rows();
    if (std::exchange(was_reread_, true)) {
        counts_.refuse(Refusal::rows_moved);
        for (const AskPlan::Table& table : plan_.tables) {
            for (const std::uint16_t object : table.columns)
                add_problem(object, Reason::malformed,
                            "the rows of its table changed their names while they were read");
        }
        return false;
    }
    walks_everything_ = true;
    tail_tables_.clear();
    is_walked_.assign(is_walked_.size(), false);
    walk_all_tables();
    return true;
}

/// Asks for what follows the last row of each table: a new row there means a walk.
bool PollMachine::build_tail() {
    while (!tail_tables_.empty() && is_walked_[tail_tables_.front()])
        tail_tables_.erase(tail_tables_.begin());
    if (tail_tables_.empty()) return false;
    step_ = Step::tail;
    tail_objects_.clear();
    body_.type = PduType::get_next;
    const std::size_t most = std::min(varbinds_most(), batch_most_);
    for (std::size_t i = 0; i < tail_tables_.size() && names_used_ < most; ++i) {
        const auto& columns = plan_.tables[tail_tables_[i]].columns;
        const RowSet& rows = knowledge_.tables[tail_tables_[i]].rows;
        std::size_t column = 0;
        while (column + 1 < columns.size() && !rows.empty() && !rows.has(rows.size() - 1, column))
            ++column;
        tail_objects_.push_back(columns[column]);
        Oid& name = add_name(plan_.objects[columns[column]].oid);
        if (!rows.empty()) name.append(rows.key(rows.size() - 1));
    }
    return true;
}

void PollMachine::on_tail(const Message& message) {
    on_size_borne();
    const std::size_t count = asked();
    for (std::size_t i = 0; i < count; ++i) {
        const Varbind& varbind = message.varbinds[i];
        if (is_exception(varbind.value.type) || compare(varbind.name, names_[i].parts()) <= 0)
            continue;
        if (is_below(varbind.name, plan_.objects[tail_objects_[i]].oid))
            walk_later(tail_tables_[i]);
    }
    tail_tables_.erase(tail_tables_.begin(),
                       tail_tables_.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace pantau::snmp
