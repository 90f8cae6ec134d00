#include "base/secret.hpp"

#include <cstring>
#include <utility>

namespace pantau {

Secret::Secret(std::string value) : value_(std::move(value)) {
    wipe(value);
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    wipe(other.value_);
}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe(value_);
        value_ = other.value_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(value_);
        value_ = std::move(other.value_);
        wipe(other.value_);
    }
    return *this;
}

/// All that was ever in its memory: a string that was moved from keeps its bytes when they were
/// few.
void Secret::wipe(std::string& value) noexcept {
    value.resize(value.capacity());
    ::explicit_bzero(value.data(), value.size());
    value.clear();
}

}  // namespace pantau
