#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "inventory/area_book.hpp"
#include "inventory/draft.hpp"
#include "inventory/effective.hpp"
#include "inventory/parents.hpp"

namespace pantau::inventory {

/// Makes Devices from Rows and reports what is wrong with them.
class DeviceBuilder {
public:
    /// All of them outlive the builder; `book` may be null.
    DeviceBuilder(const DeviceColumns& columns, DraftReader& reader, Layers& layers,
                  const AreaBook* book, Report& report);

    /// The device, as far as it can be read: a wrong one still is a parent by its name. Nothing
    /// for a row without a usable name.
    [[nodiscard]] std::optional<Entry> build(const Row& row);

private:
    [[nodiscard]] bool check_signs(const Row& row);
    void read_address_of(const Row& row, Draft& draft);
    void read_labels_of(const Row& row, Draft& draft);
    void make_seen_by_controller(const Row& row, Draft& draft);
    void tell_unasked(const Row& row, std::size_t column);
    [[nodiscard]] std::vector<std::string> area_of(const Row& row, std::optional<Place>& place);
    [[nodiscard]] AreaPath shared(std::vector<std::string> area);
    void check_spelling(const Row& row, std::span<const std::string> area);
    void check_visited(const Row& row, const Draft& draft);

    const DeviceColumns& columns_;
    DraftReader& reader_;
    Layers& layers_;
    const AreaBook* book_;
    Report& report_;

    std::map<std::vector<std::string>, AreaPath> areas_;  ///< Of the devices so far.

    struct Spelling {
        std::string name;
        config::Location first;
    };
    /// Without a book: how each area was spelt first, by its folded path.
    std::unordered_map<std::string, Spelling> spellings_;
};

}  // namespace pantau::inventory
