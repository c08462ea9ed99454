#include <sluice/result.hpp>

#include "base/assert.hpp"

namespace sluice {

std::string_view to_string(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kInvalidArgument: return "invalid-argument";
        case ErrorCode::kInvalidEvent: return "invalid-event";
        case ErrorCode::kTooLarge: return "too-large";
        case ErrorCode::kNotFound: return "not-found";
        case ErrorCode::kAlreadyExists: return "already-exists";
        case ErrorCode::kConflict: return "conflict";
        case ErrorCode::kUnavailable: return "unavailable";
        case ErrorCode::kFenced: return "fenced";
        case ErrorCode::kFull: return "full";
        case ErrorCode::kCorrupt: return "corrupt";
        case ErrorCode::kIo: return "io";
        case ErrorCode::kBadConfig: return "bad-config";
        case ErrorCode::kCancelled: return "cancelled";
        case ErrorCode::kUnsupported: return "unsupported";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice
