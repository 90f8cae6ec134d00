#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::config {

/// One value or key of a Document. Records stand in the order of the file: the elements of a list
/// and the keys and values of a map follow their record, a value follows its key.
struct Record {
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    Node::Kind kind = Node::Kind::null;
    bool is_quoted = false;
    bool has_key = false;      ///< The record before this one is its key.
    std::uint16_t source = 0;  ///< In Document::sources.
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;
    std::uint32_t text = 0;  ///< Where its text begins in Document::text.
    std::uint32_t text_size = 0;
    std::uint32_t end = 0;  ///< The record after the last one inside this one.
    std::uint32_t parent = none;
};

/// A parsed file, 36 bytes a record: an inventory of 100,000 devices has a million of them.
struct Document {
    std::vector<std::shared_ptr<const Source>> sources;  ///< One; several after merge_maps.
    std::string path;             ///< Where the root stands in its file; empty unless merged.
    std::string text;             ///< All scalars, one after the other.
    std::vector<Record> records;  ///< The root first.
};

}  // namespace pantau::config
