#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/answer.hpp"

namespace pantau::http {

/// Where a value stands, as a profile says it: "/api/status#/radios/*/channel". Before the # the
/// page on the device, behind it a JSON Pointer in which * stands for every element of a list and
/// every member of an object.
struct JsonAddress {
    struct Step {
        std::string key;      ///< Name of a member, or number of an element.
        bool is_any = false;  ///< *
    };
    std::string path;
    std::vector<Step> steps;
};

/// A column has one to three *, a scalar none. Errors: malformed, with what is wrong in it.
[[nodiscard]] Result<JsonAddress> parse_json_address(std::string_view text, bool is_column);

/// A value that is looked for: a field of an Ask, and where it stands on its page.
struct Wanted {
    std::uint16_t field = 0;
    std::vector<JsonAddress::Step> steps;
};

/// Adds the values of a page to the answer, as they stand there: numbers, texts of at most 1 KiB,
/// true and false as 1 and 0. Each * makes a part of the row key: the number of the element, or
/// length and bytes of the member's name (at most 64). Needs no memory but for what it finds.
/// Errors: malformed, what is no JSON or is nested deeper than 32; too_large, more than `most`
/// values for 64 fields. Nothing is added then.
[[nodiscard]] Result<void> read_json(std::string_view body, std::span<const Wanted> wanted,
                                     std::size_t most, Answer& answer);

}  // namespace pantau::http
