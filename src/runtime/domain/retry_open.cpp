#include "runtime/domain/retry_open.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

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
    const log::Log& log,
    const std::stop_token& stop,
    const std::function<Status()>& session,
    const Reopens& reopens
) {
    constexpr std::chrono::milliseconds kPause{20};
    while (!stop.stop_requested()) {
        const Status ended = session();
        if (ended || !can_reopen(ended.error().code)) return ended;
        if (reopens && !stop.stop_requested()) reopens(ended.error());
        log.wait_for_change(log.version(), kPause);
    }
    return ok();
}

Reopens reopens_as_notice(const Notify& notify, std::string_view what) {
    if (!notify) return {};
    return [&notify, what](const Error& error) {
        Notice notice;
        notice.kind = NoticeKind::kReopened;
        notice.reason = fmt::format("{}: {}", what, error.message);
        notify(std::move(notice));
    };
}

Error after_failed_read(
    const log::Log& log,
    std::string_view group,
    const log::PartitionRef& from,
    Offset next,
    Error error
) {
    if (error.code != ErrorCode::kNotFound) return error;
    const auto consumed = log.consumed_by(group, from);
    if (!consumed || !consumed.value() || *consumed.value() <= next) return error;
    return {ErrorCode::kFenced, "another owner has read on: " + error.message};
}

}  // namespace sluice::runtime
