#include "exporters/prometheus/render_options.hpp"

#include <algorithm>
#include <string_view>

namespace pantau::exposition {
namespace {

/// FNV-1a: the same on every machine and in every version, unlike std::hash.
std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3;
    }
    return hash ^ (hash >> 32);
}

}  // namespace

bool RenderOptions::has_area(const Device& device) const {
    return std::ranges::all_of(areas, [&](const AreaFilter& wanted) {
        return wanted.level < device.area.size() ? device.area[wanted.level] == wanted.value
                                                 : wanted.value.empty();
    });
}

bool RenderOptions::has_shard_of(const Device& device) const {
    return shard_count <= 1 || stable_hash(device.id) % shard_count == shard;
}

std::size_t RenderOptions::filtered_depth() const {
    std::size_t depth = 0;
    for (const AreaFilter& filter : areas)
        depth = std::max(depth, filter.level + 1);
    return depth;
}

}  // namespace pantau::exposition
