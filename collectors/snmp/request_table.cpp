#include "collectors/snmp/request_table.hpp"

#include <sys/random.h>

#include "base/assert.hpp"

namespace pantau::snmp {
namespace {

constexpr std::uint16_t generation_most = 0x7FFF;
/// New slots are opened until this many exist, so that ids spread before any is used twice.
constexpr std::size_t slots_least = 1024;

}  // namespace

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    const auto got = ::getrandom(&seed, sizeof seed, 0);
    PANTAU_ASSERT(got == static_cast<ssize_t>(sizeof seed));
    return seed;
}

RequestTable::RequestTable(std::uint64_t seed)
    : mask_(static_cast<std::uint16_t>(seed)), state_(seed) {
    slots_.reserve(slots_least);
}

std::uint16_t RequestTable::random_generation() {
    // SplitMix64: spreads the seed over the slots. Its state never leaves the process.
    state_ += 0x9E37'79B9'7F4A'7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
    z ^= z >> 31;
    return static_cast<std::uint16_t>(z % generation_most + 1);
}

std::optional<RequestTable::Issued> RequestTable::take() {
    Slot slot = 0;
    if (!free_.empty() && slots_.size() >= slots_least) {
        slot = free_.front();
        free_.pop_front();
    } else if (slots_.size() < slots_most) {
        slot = static_cast<Slot>(slots_.size());
        slots_.push_back({random_generation(), false});
    } else if (!free_.empty()) {
        slot = free_.front();
        free_.pop_front();
    } else {
        return std::nullopt;
    }
    Entry& entry = slots_[slot];
    entry.generation =
        entry.generation == generation_most ? 1 : static_cast<std::uint16_t>(entry.generation + 1);
    entry.is_used = true;
    ++in_use_;
    const std::uint32_t id =
        (std::uint32_t{entry.generation} << 16) | static_cast<std::uint16_t>(slot ^ mask_);
    return Issued{slot, static_cast<std::int32_t>(id)};
}

void RequestTable::release(Slot slot) {
    PANTAU_ASSERT(slot < slots_.size() && slots_[slot].is_used);
    slots_[slot].is_used = false;
    free_.push_back(slot);
    --in_use_;
}

RequestTable::Found RequestTable::find(std::int32_t id) const {
    // 0 and what is negative have a generation that no slot has.
    const auto bits = static_cast<std::uint32_t>(id);
    const auto slot = static_cast<Slot>(static_cast<Slot>(bits) ^ mask_);
    const auto generation = static_cast<std::uint16_t>(bits >> 16);
    if (slot >= slots_.size()) return {};
    const Entry& entry = slots_[slot];
    if (generation == entry.generation) return {entry.is_used ? Match::current : Match::past, slot};
    const std::uint16_t before =
        entry.generation == 1 ? generation_most : static_cast<std::uint16_t>(entry.generation - 1);
    return {generation == before ? Match::past : Match::none, slot};
}

}  // namespace pantau::snmp
