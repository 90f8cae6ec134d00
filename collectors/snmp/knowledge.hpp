#pragma once

#include <cstddef>
#include <cstdint>
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

/// The row keys of a table and which of its columns have them.
class RowSet {
public:
    [[nodiscard]] std::size_t size() const { return ends_.size(); }
    [[nodiscard]] bool empty() const { return ends_.empty(); }
    [[nodiscard]] std::span<const std::uint32_t> key(std::size_t row) const {
        const std::size_t start = row == 0 ? 0 : ends_[row - 1];
        return std::span(keys_).subspan(start, ends_[row] - start);
    }
    [[nodiscard]] bool has(std::size_t row, std::size_t column) const {
        return present_[row * columns_ + column];
    }
    void lose(std::size_t row, std::size_t column) { present_[row * columns_ + column] = false; }

    void start(std::size_t columns) {
        keys_.clear();
        ends_.clear();
        present_.clear();
        columns_ = columns;
    }
    void add_row(std::span<const std::uint32_t> key) {
        keys_.insert(keys_.end(), key.begin(), key.end());
        ends_.push_back(static_cast<std::uint32_t>(keys_.size()));
        present_.resize(present_.size() + columns_, false);
    }
    void set_in_last(std::size_t column) { present_[(size() - 1) * columns_ + column] = true; }
    [[nodiscard]] bool has_same_keys(const RowSet& other) const {
        return ends_ == other.ends_ && keys_ == other.keys_;
    }
    void shrink() {
        keys_.shrink_to_fit();
        ends_.shrink_to_fit();
        present_.shrink_to_fit();
    }

private:
    std::vector<std::uint32_t> keys_;  ///< One behind the other.
    std::vector<std::uint32_t> ends_;
    std::vector<bool> present_;  ///< Row by row.
    std::size_t columns_ = 0;
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
