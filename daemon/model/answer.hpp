#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/fact.hpp"
#include "model/ladder.hpp"
#include "model/number.hpp"

namespace pantau {

/// A raw value as a device sent it, uninterpreted.
struct RawValue {
    enum class Kind : std::uint8_t {
        integer,    ///< `number`.
        counter32,  ///< `number`; wraps at 2^32.
        counter64,  ///< `number`.
        bytes,  ///< `offset`, `length` into the Answer's bytes: OCTET STRING, IpAddress (4 bytes).
        oid,    ///< `offset`, `length` into the Answer's bytes: dotted text.
    };
    Kind kind = Kind::integer;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    Number number;
};

/// One raw value with its place: which Field, and for a column which row.
struct Cell {
    std::uint16_t field = 0;       ///< Number in Ask::fields.
    std::uint16_t row_size = 0;    ///< Sub-identifiers of the row key; 0 for a scalar.
    std::uint32_t row_offset = 0;  ///< Where the row key starts in the Answer's row keys.
    RawValue value;
};

/// Something that went wrong with a part of an Answer, while the rest arrived.
struct Problem {
    std::string collector;
    std::string ask;  ///< What was asked: a Field's label.
    Reason reason = Reason::malformed;
    std::string detail;

    bool operator==(const Problem&) const = default;
};

/// What one Collector brought from one Device in one Poll: raw values, and how the visit went.
/// Cells are sorted by field, then by row key as sub-identifiers compare.
class Answer {
public:
    const CollectorInfo* collector = nullptr;  ///< Never null in a finished Answer.
    /// Why the device gave no answer. Cells that arrived before may still be there.
    std::optional<Error> error;
    std::vector<Problem> problems;
    std::vector<Fact> facts;
    /// The steps of a collector that takes several to one verdict; null for the others.
    std::shared_ptr<const Ladder> ladder;
    Duration duration{};  ///< From the first request to the last reply.
    MonoTime finished{};

    [[nodiscard]] bool ok() const { return !error.has_value(); }
    [[nodiscard]] std::span<const Cell> cells() const { return cells_; }
    [[nodiscard]] std::span<const std::uint32_t> row_of(const Cell& cell) const {
        return {rows_.data() + cell.row_offset, cell.row_size};
    }
    [[nodiscard]] std::string_view bytes_of(const RawValue& value) const {
        return std::string_view(bytes_).substr(value.offset, value.length);
    }

    void add_number(std::uint16_t field, std::span<const std::uint32_t> row, RawValue::Kind kind,
                    Number number);
    /// Kind bytes or oid.
    void add_bytes(std::uint16_t field, std::span<const std::uint32_t> row, RawValue::Kind kind,
                   std::string_view bytes);
    /// Takes back those of the first `count` cells that `is_it` names. Before `sort`.
    template <class Condition>
    void drop(std::size_t count, Condition is_it) {
        const auto end = cells_.begin() + static_cast<std::ptrdiff_t>(count);
        cells_.erase(std::remove_if(cells_.begin(), end, is_it), end);
    }
    /// Puts the cells into their order; the later of two for one place wins. Call once, at the end.
    void sort();

private:
    Cell place(std::uint16_t field, std::span<const std::uint32_t> row);

    std::vector<Cell> cells_;
    std::vector<std::uint32_t> rows_;
    std::string bytes_;
};

}  // namespace pantau
