#include "collectors/http/json_test.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <memory>
#include <new>
#include <vector>

#include "base/text.hpp"

namespace pantau::http {
namespace {

namespace json = boost::json;

constexpr std::size_t memory_most = 1u << 20;
constexpr std::size_t depth_most = 32;

/// A scalar as it is compared: text without its quotes, numbers and words as JSON has them.
std::optional<std::string> text_of(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_object() || value.is_array()) return std::nullopt;
    return json::serialize(value);
}

std::optional<double> number_of(const json::value& value) {
    json::error_code error;
    const double number = value.to_number<double>(error);
    if (error || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::string shown(const json::value* value) {
    if (value == nullptr) return "is missing";
    const std::optional<std::string> text = text_of(*value);
    if (!text) return value->is_array() ? "is a list" : "is an object";
    return fmt::format("is \"{}\"", Text::from_network(*text).view());
}

/// Numbers are compared as such: 1, 1.0 and 1e0 are one.
bool is_equal(const json::value& value, const std::string& expected) {
    const std::optional<std::string> text = text_of(value);
    if (!text) return false;
    if (*text == expected) return true;
    if (!value.is_number()) return false;
    json::error_code error;
    const json::value parsed = json::parse(expected, error);
    return !error && parsed.is_number() && number_of(parsed) == number_of(value);
}

bool holds(const JsonTest& test, const json::value* value) {
    using Kind = JsonTest::Kind;
    if (test.kind == Kind::absent) return value == nullptr;
    if (value == nullptr) return false;
    switch (test.kind) {
        case Kind::equals:
            return is_equal(*value, test.text);
        case Kind::matches: {
            const std::optional<std::string> text = text_of(*value);
            return text && test.pattern && test.pattern->is_in(*text);
        }
        case Kind::above: {
            const std::optional<double> number = number_of(*value);
            return number && *number > test.bound;
        }
        case Kind::below: {
            const std::optional<double> number = number_of(*value);
            return number && *number < test.bound;
        }
        case Kind::present:
        case Kind::absent:
            break;
    }
    return true;
}

std::string wanted(const JsonTest& test) {
    using Kind = JsonTest::Kind;
    switch (test.kind) {
        case Kind::equals:
            return fmt::format("instead of \"{}\"", test.text);
        case Kind::matches:
            return fmt::format("and does not match {}",
                               test.pattern ? test.pattern->text() : std::string());
        case Kind::above:
            return fmt::format("and not above {}", test.bound);
        case Kind::below:
            return fmt::format("and not below {}", test.bound);
        case Kind::present:
            return "and must be there";
        case Kind::absent:
            return "and must not be there";
    }
    return {};
}

std::optional<std::string> first_fault(std::span<const JsonTest> tests, const json::value& body) {
    for (const JsonTest& test : tests) {
        json::error_code error;
        const json::value* const value = body.find_pointer(test.pointer, error);
        if (holds(test, value)) continue;
        const std::string place = test.pointer.empty() ? "the body" : test.pointer;
        return fmt::format("{} {} {}", place, shown(value), wanted(test));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> why_not(std::span<const JsonTest> tests, std::string_view body) {
    // A body of nothing but small values takes many times its size; so much and no more.
    const auto memory = std::make_unique_for_overwrite<unsigned char[]>(2 * memory_most);
    try {
        json::static_resource of_values(memory.get(), memory_most);
        json::static_resource of_stack(memory.get() + memory_most, memory_most);
        json::parse_options options;
        options.max_depth = depth_most;
        json::parser parser(&of_stack, options);
        parser.reset(&of_values);
        json::error_code error;
        parser.write(body.data(), body.size(), error);
        if (error) return fmt::format("the body is no JSON: {}", error.message());
        return first_fault(tests, parser.release());
    } catch (const std::bad_alloc&) {
        return "the JSON of the body is too large to look into";
    }
}

}  // namespace pantau::http
