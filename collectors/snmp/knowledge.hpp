#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/oid.hpp"

namespace pantau::snmp {

/// What a device's agent bears, learned from how it answered. One per device.
struct Traits {
    std::uint16_t varbinds_most = UINT16_MAX;     ///< In one request; halved by trouble.
    std::uint16_t repetitions_most = UINT16_MAX;  ///< Of one GETBULK; halved by trouble.
    bool has_answered_bulk = false;
    bool refuses_bulk = false;
    bool was_heard = false;          ///< In the last visit: the next one may begin with much.
    std::uint16_t calm_visits = 0;   ///< Since the last trouble with a size.
    std::uint16_t calm_needed = 40;  ///< Before twice the size is tried again; grows when it fails.
    std::optional<std::uint64_t> uptime;  ///< sysUpTime of the last visit, in 1/100 s.
};

/// The row keys of a table and which of its columns have them. A fleet keeps a dozen for each
/// device, most of them empty: a pointer, and one allocation where there are rows.
class RowSet {
public:
    class Maker;

    [[nodiscard]] std::size_t size() const { return words_ == nullptr ? 0 : words_[count_at]; }
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::span<const std::uint32_t> key(std::size_t row) const {
        const std::size_t from = start_of(row);
        return {&words_[from], start_of(row + 1) - from - words_[bit_words_at]};
    }
    [[nodiscard]] bool has(std::size_t row, std::size_t column) const {
        return (words_[bit_word(row, column)] >> (column % 32) & 1) != 0;
    }
    void lose(std::size_t row, std::size_t column) {
        words_[bit_word(row, column)] &= ~(1U << (column % 32));
    }
    [[nodiscard]] bool has_same_keys(const RowSet& other) const {
        if (size() != other.size()) return false;
        for (std::size_t row = 0; row < size(); ++row) {
            if (!std::ranges::equal(key(row), other.key(row))) return false;
        }
        return true;
    }

private:
    // Words: these three; where keys differ in length the start of each row and of what follows
    // the last; row by row the key and a bit for each column.
    static constexpr std::size_t count_at = 0;
    static constexpr std::size_t bit_words_at = 1;  ///< Words of a row's bits.
    static constexpr std::size_t stride_at = 2;     ///< Words of a row; 0: they differ.
    static constexpr std::size_t head = 3;

    [[nodiscard]] std::size_t start_of(std::size_t row) const {
        const std::size_t stride = words_[stride_at];
        return stride == 0 ? words_[head + row] : head + row * stride;
    }
    [[nodiscard]] std::size_t bit_word(std::size_t row, std::size_t column) const {
        return start_of(row + 1) - words_[bit_words_at] + column / 32;
    }

    std::unique_ptr<std::uint32_t[]> words_;  ///< Null: no rows.
};

/// Puts a RowSet together, row by row.
class RowSet::Maker {
public:
    explicit Maker(std::size_t columns)
        : bit_words_(static_cast<std::uint32_t>((columns + 31) / 32)) {}

    void add_row(std::span<const std::uint32_t> key) {
        starts_.push_back(static_cast<std::uint32_t>(rows_.size()));
        rows_.insert(rows_.end(), key.begin(), key.end());
        rows_.resize(rows_.size() + bit_words_, 0);
    }
    /// That column has the row added last.
    void set(std::size_t column) {
        rows_[rows_.size() - bit_words_ + column / 32] |= 1U << (column % 32);
    }
    [[nodiscard]] RowSet make() const {
        RowSet made;
        if (starts_.empty()) return made;
        const std::uint32_t stride = common_stride();
        const std::size_t first_row = RowSet::head + (stride == 0 ? starts_.size() + 1 : 0);
        made.words_ = std::make_unique_for_overwrite<std::uint32_t[]>(first_row + rows_.size());
        made.words_[count_at] = static_cast<std::uint32_t>(starts_.size());
        made.words_[bit_words_at] = bit_words_;
        made.words_[stride_at] = stride;
        for (std::size_t row = 0; stride == 0 && row <= starts_.size(); ++row)
            made.words_[RowSet::head + row] = static_cast<std::uint32_t>(first_row + start_of(row));
        std::ranges::copy(rows_, &made.words_[first_row]);
        return made;
    }

private:
    [[nodiscard]] std::size_t start_of(std::size_t row) const {
        return row == starts_.size() ? rows_.size() : starts_[row];
    }
    /// Words of each row; 0 where they differ.
    [[nodiscard]] std::uint32_t common_stride() const {
        const std::size_t first = start_of(1);
        for (std::size_t row = 1; row < starts_.size(); ++row) {
            if (start_of(row + 1) - start_of(row) != first) return 0;
        }
        return static_cast<std::uint32_t>(first);
    }

    std::uint32_t bit_words_;
    std::vector<std::uint32_t> rows_;
    std::vector<std::uint32_t> starts_;
};

/// What is known of one table on one device.
struct TableKnowledge {
    RowSet rows;
    /// Walked at every visit: too many cells to name one by one, rows that come and go, an agent
    /// that does not answer GET for what its walk shows, or a column with a problem.
    bool is_walked_always = false;
    /// Its last walk ran into a limit: left out until everything is walked again, so that an agent
    /// without an end costs that only once in a while.
    bool is_given_up = false;
    std::uint16_t walks_alike = 0;  ///< In a row, the same rows; after enough the table is calm.
};

/// What stood in one cell that tells what its row is. Both are hashes: of the place 64 bits, for no
/// two of 20,000 may be alike; of the text 32, for it is compared with one other.
struct NameCell {
    std::array<std::uint32_t, 2> place{};  ///< Column and row.
    std::uint32_t text = 0;
};
static_assert(sizeof(NameCell) == 12);

/// What was learned about one device by one Ask.
struct Knowledge {
    bool is_learned = false;
    std::uint32_t visits = 0;  ///< Since everything was walked.
    std::vector<bool> absent;  ///< By object: a scalar the device does not have.
    std::vector<std::uint16_t>
        value_sizes;  ///< By object: octets of its largest value; 0: unknown.
    std::vector<TableKnowledge> tables;
    std::vector<NameCell> names;  ///< As last read, by place.
    std::optional<std::int64_t> if_number;
};

}  // namespace pantau::snmp
