#pragma once

#include <sluice/result.hpp>

namespace sluice::daemon {

/// docs/guide/cli.md.
inline constexpr int kExitDone = 0;
inline constexpr int kExitDoesNotHold = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitLog = 3;
inline constexpr int kExitNotFound = 4;
inline constexpr int kExitInterrupted = 130;

[[nodiscard]] int exit_code_of(ErrorCode code);

}  // namespace sluice::daemon
