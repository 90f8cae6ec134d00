#include "base/version.hpp"

#ifndef PANTAU_VERSION
#error "the build passes PANTAU_VERSION and PANTAU_REVISION"
#endif

namespace pantau {

std::string_view version() noexcept {
    return PANTAU_VERSION;
}
std::string_view revision() noexcept {
    return PANTAU_REVISION;
}
std::string_view compiler() noexcept {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

}  // namespace pantau
