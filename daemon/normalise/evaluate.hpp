#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/answer.hpp"
#include "normalise/mapping.hpp"

/// Carries a Mapping out on the Answers of one Poll. Private to this folder.
namespace pantau::mapping {

/// Rows looked at in one table; the largest seen in the field is a controller with a few thousand
/// access points. More is a fault of the device and is told as a Problem.
inline constexpr std::size_t rows_most = 65536;

/// Memory that is used again from Poll to Poll. One per thread.
struct Workspace {
    struct FieldCells {
        const Answer* answer = nullptr;
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        bool is_damaged = false;  ///< Not all of its values may have arrived.
    };
    struct TableRows {
        std::uint32_t count = 0;
        std::size_t first_row = 0;
        std::size_t first_cell = 0;   ///< Row by row, as many as the table has fields.
        std::size_t first_value = 0;  ///< Column by column, as many as it has rows.
    };

    /// Rows of a source table, sorted by what they are joined by: without it a controller with a
    /// thousand access points would look at a million pairs of rows.
    struct JoinRows {
        const Rule* rule = nullptr;
        std::vector<std::pair<std::size_t, std::uint32_t>> rows;  ///< Hash, row.
    };

    std::vector<FieldCells> fields;
    std::vector<TableRows> tables;
    std::vector<std::span<const std::uint32_t>> rows;
    std::vector<std::span<const std::uint32_t>> part_keys;
    std::vector<const Cell*> cells;
    std::vector<Value> values;
    std::vector<std::uint32_t> cursors;
    std::vector<JoinRows> joins;
    std::size_t joins_used = 0;
    std::vector<Value> join_targets;
    std::pmr::monotonic_buffer_resource texts{4096};
    boost::cmatch match;
};

class Evaluation {
public:
    Evaluation(const Mapping& mapping, std::span<const Answer> answers, Workspace& workspace);

    /// Works out every slot.
    void run();

    /// Whether every collector of the profile answered, and nothing it was asked failed: only then
    /// is a missing value a statement about the device.
    [[nodiscard]] bool is_complete() const { return is_complete_; }
    /// Tables of which rows were left out because there were too many.
    [[nodiscard]] std::span<const std::uint16_t> overlong() const { return overlong_; }

    [[nodiscard]] std::uint32_t row_count(std::uint16_t table) const {
        return work_.tables[table].count;
    }
    [[nodiscard]] std::span<const std::uint32_t> row_key(std::uint16_t table,
                                                         std::uint32_t row) const {
        return work_.rows[work_.tables[table].first_row + row];
    }
    /// Whether the table's `where:` lets the row count.
    [[nodiscard]] bool is_shown(std::uint16_t table, std::uint32_t row) const;
    /// Value of a scalar (row 0) or of a column in a row, in the form its slot demands.
    [[nodiscard]] const Value& value(const Slot& slot, std::uint32_t row = 0) const {
        return work_.values[place(slot, row)];
    }

private:
    [[nodiscard]] std::size_t place(const Slot& slot, std::uint32_t row) const {
        if (slot.table == none) return slot.column;
        const Workspace::TableRows& rows = work_.tables[slot.table];
        return rows.first_value + std::size_t{slot.column} * rows.count + row;
    }
    void locate_fields();
    void mark_damage(const MappedCollector& collector, const Answer& answer, std::uint16_t number);
    void align_rows();
    void align(std::uint16_t table);
    void find_by_parts(const Table& table);
    [[nodiscard]] std::optional<std::span<const std::uint32_t>> least_key(
        const Table& table, std::span<const std::uint32_t> part) const;

    Value evaluate(const Slot& slot, std::uint32_t row);
    Value origin(const Rule& rule, const Slot& slot, std::uint32_t row);
    Value raw_field(const Rule& rule, const Slot& slot, std::uint32_t row) const;
    Value key_part(const Rule& rule, const Slot& slot, std::uint32_t row);
    Value aggregate(const Rule& rule, const Slot& slot, std::uint32_t row);
    Value over_rows(const Rule& rule, const Workspace::JoinRows* joined);
    void find_targets(const Rule& rule, const Slot& slot, std::uint32_t row);
    [[nodiscard]] bool is_joined(const Rule& rule, std::uint32_t source_row) const;
    const Workspace::JoinRows& join_rows(const Rule& rule);
    [[nodiscard]] std::size_t join_hash(const Rule& rule, std::uint32_t source_row) const;
    [[nodiscard]] std::size_t target_hash() const;
    Value plus(const Rule& rule, std::uint16_t table, std::uint32_t row) const;
    Value item(const Rule& rule, std::uint16_t table, std::uint32_t row);
    Value largest(const Rule& rule, std::uint16_t table, std::uint32_t row) const;
    Value product(const Rule& rule, std::uint16_t table, std::uint32_t row) const;
    Value difference(const Rule& rule, std::uint16_t table, std::uint32_t row) const;
    Value ratio(const Rule& rule, std::uint16_t table, std::uint32_t row) const;
    Value stepped(const Rule& rule, Value value);
    Value read_as(Reading reading, const Value& value);
    Value matched(const Rule& rule, const Value& value);
    Value formatted(const Rule& rule, const Value& value);
    Value mapped(const Rule& rule, const Value& value) const;
    Value fitted(const Slot& slot, Value value);

    /// A slot seen from a row: its own column's value, or a scalar's.
    [[nodiscard]] const Value& input(std::uint16_t slot, std::uint16_t table,
                                     std::uint32_t row) const;
    [[nodiscard]] bool meets(const std::vector<Condition>& conditions, std::uint32_t row) const;
    std::string_view keep(std::string_view text);
    std::string_view text_of(const Value& value);

    const Mapping& map_;
    std::span<const Answer> answers_;
    Workspace& work_;
    bool is_complete_ = true;
    std::vector<std::uint16_t> overlong_;
};

/// A value as a number: itself, or the number its text begins with.
[[nodiscard]] std::optional<Number> number_of(const Value& value);

}  // namespace pantau::mapping
