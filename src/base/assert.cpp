#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace sluice {

void assertion_failed(const char* what, const char* file, int line) noexcept {
    static_cast<void>(
        std::fprintf(stderr, "sluice: broken invariant: %s (%s:%d)\n", what, file, line)
    );
    std::abort();
}

}  // namespace sluice
