#include "base/result.hpp"

namespace pantau {

std::string to_string(const Error& error) {
    std::string text(name_of(error.reason));
    if (!error.detail.empty()) text.append(": ").append(error.detail);
    if (!error.where.empty()) text.append(" (").append(error.where).append(")");
    return text;
}

}  // namespace pantau
