#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace pantau::snmp {

/// Gives out request-ids and finds the slot of one that comes back.
///
/// A request-id is 15 bits of generation above 16 bits of slot: never 0, never negative. The
/// generation of a slot starts at random and goes up with each use, and the slot's number is mixed
/// with a random mask, so an outsider cannot guess an id, and a late or repeated reply finds its
/// generation gone. Freed slots wait behind all others before they are used again.
class RequestTable {
public:
    using Slot = std::uint16_t;
    static constexpr std::size_t slots_most = 65'536;

    /// `seed` comes from the system's random source; a test may fix it.
    explicit RequestTable(std::uint64_t seed);

    struct Issued {
        Slot slot;
        std::int32_t id;
    };
    /// A slot and its new id; nothing when all are in use.
    [[nodiscard]] std::optional<Issued> take();
    void release(Slot slot);

    enum class Match : std::uint8_t {
        current,  ///< The request that waits in `slot`.
        past,     ///< The slot's previous request: a late or repeated reply.
        none,     ///< Never given out, or long ago.
    };
    struct Found {
        Match match = Match::none;
        Slot slot = 0;
    };
    [[nodiscard]] Found find(std::int32_t id) const;

    [[nodiscard]] std::size_t in_use() const { return in_use_; }
    /// Slots ever used: what is kept beside the table can be this large.
    [[nodiscard]] std::size_t size() const { return slots_.size(); }

private:
    struct Entry {
        std::uint16_t generation = 0;  ///< 1..32767
        bool is_used = false;
    };

    [[nodiscard]] std::uint16_t random_generation();

    std::vector<Entry> slots_;
    std::deque<Slot> free_;
    std::size_t in_use_ = 0;
    std::uint16_t mask_;
    std::uint64_t state_;
};

/// 64 bits from the system's random source; ends the process when it has none.
[[nodiscard]] std::uint64_t random_seed();

}  // namespace pantau::snmp
