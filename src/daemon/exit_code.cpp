#include "daemon/exit_code.hpp"

#include "base/assert.hpp"

namespace sluice::daemon {

int exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidEvent:
        case ErrorCode::kTooLarge:
        case ErrorCode::kAlreadyExists: return kExitDoesNotHold;
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kConflict:
        case ErrorCode::kBadConfig: return kExitUsage;
        case ErrorCode::kUnavailable:
        case ErrorCode::kFenced:
        case ErrorCode::kFull:
        case ErrorCode::kCorrupt:
        case ErrorCode::kIo:
        case ErrorCode::kUnsupported: return kExitLog;
        case ErrorCode::kNotFound: return kExitNotFound;
        case ErrorCode::kCancelled: return kExitInterrupted;
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::daemon
