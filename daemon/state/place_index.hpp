#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pantau {

/// Where in a list something may lie, by the hash of its name. Eight bytes each instead of the
/// sixty of a hash table's node; filled once, then looked into.
class PlaceIndex {
public:
    struct Entry {
        std::uint32_t hash;
        std::uint32_t place;
    };

    /// Names come in the order of their places.
    void reserve(std::size_t names) { entries_.reserve(names); }
    void add(std::string_view name);
    /// Once, after the last name.
    void close();

    /// Places of names with the hash of this one, rising: usually one. Their names are the caller's
    /// to compare.
    [[nodiscard]] std::span<const Entry> candidates(std::string_view name) const;

private:
    std::vector<Entry> entries_;  ///< Sorted once closed.
};

}  // namespace pantau
