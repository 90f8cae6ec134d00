#include "state/place_index.hpp"

#include <algorithm>
#include <functional>

namespace pantau {
namespace {

std::uint32_t hash_of(std::string_view name) {
    const std::uint64_t hash = std::hash<std::string_view>{}(name);
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace

void PlaceIndex::add(std::string_view name) {
    entries_.push_back({hash_of(name), static_cast<std::uint32_t>(entries_.size())});
}

void PlaceIndex::close() {
    std::ranges::stable_sort(entries_, {}, &Entry::hash);
}

std::span<const PlaceIndex::Entry> PlaceIndex::candidates(std::string_view name) const {
    const std::uint32_t hash = hash_of(name);
    const auto first = std::ranges::lower_bound(entries_, hash, {}, &Entry::hash);
    auto last = first;
    while (last != entries_.end() && last->hash == hash)
        ++last;
    return {first, last};
}

}  // namespace pantau
