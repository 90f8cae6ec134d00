#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace pantau {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "pantau: broken invariant: %s at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace pantau
