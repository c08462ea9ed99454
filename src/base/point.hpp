#pragma once

#include <string_view>

namespace sluice {

/// Called where a test may stop or kill the process (docs/contributing/testing.md). With
/// SLUICE_KILL_AT="name" or "name:7" in the environment the process kills itself (SIGKILL) at the
/// first, or seventh, passing of that point. Compiled out of release builds.
void danger_point(std::string_view name) noexcept;

}  // namespace sluice

#ifdef SLUICE_POINTS
#define SLUICE_POINT(name) ::sluice::danger_point(name)
#else
#define SLUICE_POINT(name) static_cast<void>(0)
#endif
