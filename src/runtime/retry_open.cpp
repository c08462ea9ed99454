#include "runtime/retry_open.hpp"

#include <chrono>

namespace sluice::runtime {

bool can_reopen(ErrorCode code) {
    switch (code) {
        case ErrorCode::kFenced:
        case ErrorCode::kFull:
        case ErrorCode::kUnavailable: return true;
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kInvalidEvent:
        case ErrorCode::kTooLarge:
        case ErrorCode::kNotFound:
        case ErrorCode::kAlreadyExists:
        case ErrorCode::kConflict:
        case ErrorCode::kCorrupt:
        case ErrorCode::kIo:
        case ErrorCode::kBadConfig:
        case ErrorCode::kCancelled:
        case ErrorCode::kUnsupported: return false;
    }
    return false;
}

Status run_reopening(
    const log::Log& log, const std::stop_token& stop, const std::function<Status()>& session
) {
    constexpr std::chrono::milliseconds kPause{20};
    while (!stop.stop_requested()) {
        const Status ended = session();
        if (ended || !can_reopen(ended.error().code)) return ended;
        log.wait_for_change(log.version(), kPause);
    }
    return ok();
}

}  // namespace sluice::runtime
