#include "model/answer.hpp"

#include <algorithm>

namespace pantau {

Cell Answer::place(std::uint16_t field, std::span<const std::uint32_t> row) {
    Cell cell;
    cell.field = field;
    cell.row_size = static_cast<std::uint16_t>(row.size());
    cell.row_offset = static_cast<std::uint32_t>(rows_.size());
    rows_.insert(rows_.end(), row.begin(), row.end());
    return cell;
}

void Answer::add_number(std::uint16_t field, std::span<const std::uint32_t> row,
                        RawValue::Kind kind, Number number) {
    Cell cell = place(field, row);
    cell.value.kind = kind;
    cell.value.number = number;
    cells_.push_back(cell);
}

void Answer::add_bytes(std::uint16_t field, std::span<const std::uint32_t> row, RawValue::Kind kind,
                       std::string_view bytes) {
    Cell cell = place(field, row);
    cell.value.kind = kind;
    cell.value.offset = static_cast<std::uint32_t>(bytes_.size());
    cell.value.length = static_cast<std::uint32_t>(bytes.size());
    bytes_.append(bytes);
    cells_.push_back(cell);
}

void Answer::sort() {
    const auto compare = [this](const Cell& a, const Cell& b) {
        if (a.field != b.field) return a.field <=> b.field;
        const auto x = row_of(a);
        const auto y = row_of(b);
        return std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
    };
    const auto before = [&](const Cell& a, const Cell& b) { return compare(a, b) < 0; };
    if (!std::is_sorted(cells_.begin(), cells_.end(), before))
        std::stable_sort(cells_.begin(), cells_.end(), before);
    const auto same = [&](const Cell& a, const Cell& b) { return compare(a, b) == 0; };
    // unique keeps the first of a run; from behind, that is the later one.
    const auto kept = std::unique(cells_.rbegin(), cells_.rend(), same);
    cells_.erase(cells_.begin(), kept.base());
}

}  // namespace pantau
