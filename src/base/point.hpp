#pragma once

#include <string_view>

namespace sluice {

/// Where a test may kill or stop the process (docs/contributing/testing.md): SLUICE_KILL_AT="name"
/// or "name:7" in the environment kills it at the first, or seventh, passing (SIGKILL), and so
/// SLUICE_STOP_AT stops it (SIGSTOP). Compiled out of release builds.
void danger_point(std::string_view name) noexcept;

}  // namespace sluice

#ifdef SLUICE_POINTS
#define SLUICE_POINT(name) ::sluice::danger_point(name)
#else
#define SLUICE_POINT(name) static_cast<void>(0)
#endif
