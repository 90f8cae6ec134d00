#include "base/secret.hpp"

#include <cstring>
#include <utility>

namespace pantau {

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        value_ = other.value_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
    }
    return *this;
}

void Secret::wipe() noexcept {
    if (!value_.empty()) ::explicit_bzero(value_.data(), value_.size());
    value_.clear();
}

}  // namespace pantau
