#pragma once

namespace sluice {

/// Prints the broken invariant and ends the process. Our bug, never an input's fault: those are
/// Errors.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line) noexcept;

}  // namespace sluice

/// Stays on in every build.
#define SLUICE_ASSERT(holds)                         \
    (static_cast<bool>(holds) ? static_cast<void>(0) \
                              : ::sluice::assertion_failed(#holds, __FILE__, __LINE__))

#define SLUICE_UNREACHABLE() \
    ::sluice::assertion_failed("reached what cannot be reached", __FILE__, __LINE__)
