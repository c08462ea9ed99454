#include "log/embedded/health.hpp"

#include <fmt/format.h>

namespace sluice::log {

void Health::poison(ErrorCode code, std::string_view why) {
    const std::lock_guard lock{mutex_};
    if (poisoned_.load()) return;
    why_ = why;
    code_ = code;
    poisoned_.store(true);
}

Status Health::check() const {
    if (!poisoned_.load()) return ok();
    const std::lock_guard lock{mutex_};
    if (code_ == ErrorCode::kCorrupt) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "stop the process, copy the directory away and restore it from a backup: the log "
                "is "
                "damaged: {}",
                why_
            )};
    }
    return Error{
        ErrorCode::kIo,
        fmt::format("stop the process and start it again: the log's disk failed: {}", why_)};
}

}  // namespace sluice::log
