#pragma once

#include <array>
#include <string_view>

#include "normalise/mapping.hpp"

// The closed word lists of the profile language, for its reader and its schema.
namespace pantau::mapping {

/// How bytes read, in the order of Reading from `text` on.
inline constexpr std::array<std::string_view, 5> as_words{"text", "number", "mac", "address",
                                                          "hex"};

/// What a device can be.
inline constexpr std::array<std::string_view, 6> role_words{"access_point", "controller", "radio",
                                                            "router",       "switch",     "other"};

/// How a part of a row key reads, in the order of KeyPart from `number` on.
inline constexpr std::array<std::string_view, 5> key_words{"number", "mac", "address", "text",
                                                           "name"};

/// A value made from the rows of another table.
struct Aggregate {
    std::string_view word;
    Origin origin;
};

inline constexpr std::array aggregates{
    Aggregate{"sum", Origin::sum},     Aggregate{"mean", Origin::mean},
    Aggregate{"max", Origin::most},    Aggregate{"min", Origin::least},
    Aggregate{"count", Origin::count}, Aggregate{"first", Origin::first},
};

}  // namespace pantau::mapping
