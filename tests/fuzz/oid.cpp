#include "base/oid.hpp"

#include <algorithm>

#include "fuzz/target.hpp"

namespace pantau::fuzz {

void oid(std::string_view bytes) {
    const auto parsed = Oid::parse(bytes);
    if (!parsed) return;
    PROMISE(!parsed->empty());
    PROMISE(parsed->size() <= Oid::max_length);
    const std::string written = parsed->to_string();
    PROMISE_ABOUT(written.find_first_not_of("0123456789.") == std::string::npos, written);
    const auto again = Oid::parse(written);
    PROMISE_ABOUT(again.has_value() && *again == *parsed, written);
    PROMISE(parsed->starts_with(*parsed));
    if (parsed->size() < Oid::max_length) {
        PROMISE(parsed->with(0) > *parsed);
        PROMISE(parsed->with(0).starts_with(*parsed));
    }
    // Nothing but digits and single dots was read as a name.
    PROMISE(std::ranges::count(bytes, '.') ==
            static_cast<std::ptrdiff_t>(parsed->size()) - (bytes.starts_with('.') ? 0 : 1));
}

}  // namespace pantau::fuzz
