#pragma once

#include <algorithm>
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

/// The row keys of a table and which of its columns have them. A fleet keeps several for each
/// device: one allocation, row by row the key and a bit for each column.
class RowSet {
public:
    [[nodiscard]] std::size_t size() const { return rows_; }
    [[nodiscard]] bool empty() const { return rows_ == 0; }
    [[nodiscard]] std::span<const std::uint32_t> key(std::size_t row) const {
        const std::size_t from = start_of(row);
        return std::span(words_).subspan(from, start_of(row + 1) - from - bit_words());
    }
    [[nodiscard]] bool has(std::size_t row, std::size_t column) const {
        return (words_[bit_word(row, column)] >> (column % 32) & 1) != 0;
    }
    void lose(std::size_t row, std::size_t column) {
        words_[bit_word(row, column)] &= ~(1U << (column % 32));
    }

    void start(std::size_t columns) {
        *this = RowSet();
        columns_ = static_cast<std::uint32_t>(columns);
    }
    void add_row(std::span<const std::uint32_t> key) {
        const std::size_t stride = key.size() + bit_words();
        if (rows_ == 0) stride_ = static_cast<std::uint32_t>(stride);
        if (starts_ == nullptr && stride != stride_) note_starts();
        if (starts_ != nullptr) starts_->push_back(static_cast<std::uint32_t>(words_.size()));
        words_.insert(words_.end(), key.begin(), key.end());
        words_.resize(words_.size() + bit_words(), 0);
        ++rows_;
    }
    void set_in_last(std::size_t column) {
        words_[bit_word(rows_ - 1, column)] |= 1U << (column % 32);
    }
    [[nodiscard]] bool has_same_keys(const RowSet& other) const {
        if (rows_ != other.rows_) return false;
        for (std::size_t row = 0; row < rows_; ++row) {
            if (!std::ranges::equal(key(row), other.key(row))) return false;
        }
        return true;
    }
    void shrink() {
        words_.shrink_to_fit();
        if (starts_ != nullptr) starts_->shrink_to_fit();
    }

private:
    [[nodiscard]] std::size_t bit_words() const { return (columns_ + 31) / 32; }
    [[nodiscard]] std::size_t bit_word(std::size_t row, std::size_t column) const {
        return start_of(row + 1) - bit_words() + column / 32;
    }
    /// The end for the number behind the last row.
    [[nodiscard]] std::size_t start_of(std::size_t row) const {
        if (row == rows_) return words_.size();
        return starts_ == nullptr ? row * stride_ : (*starts_)[row];
    }
    void note_starts() {
        starts_ = std::make_unique<std::vector<std::uint32_t>>();
        for (std::uint32_t row = 0; row < rows_; ++row)
            starts_->push_back(row * stride_);
    }

    std::vector<std::uint32_t> words_;
    std::unique_ptr<std::vector<std::uint32_t>> starts_;  ///< Only where keys differ in length.
    std::uint32_t rows_ = 0;
    std::uint32_t stride_ = 0;  ///< Words of a row while all are alike.
    std::uint32_t columns_ = 0;
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

/// What stood in one cell that tells what its row is. Both are hashes.
struct NameCell {
    std::uint64_t place = 0;  ///< Column and row.
    std::uint64_t text = 0;
};

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
