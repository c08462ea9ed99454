#include "daemon/logging/notice_log.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

using runtime::NoticeKind;

std::string_view message_of(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::kUnreadable: return "put aside: no readable place";
        case NoticeKind::kLate: return "put aside: its place is gone";
        case NoticeKind::kFlooded: return "put aside: too much waits for its subject";
        case NoticeKind::kConflict: return "conflict: its subject waits";
        case NoticeKind::kGapSkipped: return "a gap was skipped";
        case NoticeKind::kGapParked: return "a subject was parked at a gap";
        case NoticeKind::kParked: return "a subject was parked at an event";
        case NoticeKind::kLost: return "events were deleted before they were read";
        case NoticeKind::kFolding: return "histories are folded from the ordered topic";
        case NoticeKind::kReopened: return "a session ended, and its homes are taken anew";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

void NoticeLog::write(const runtime::Notice& notice) {
    const auto left_out = admit(notice.kind);
    if (!left_out) return;
    std::vector<Logger::Field> fields{{"domain", notice.domain}};
    if (!notice.subscription.empty()) fields.emplace_back("subscription", notice.subscription);
    if (!notice.topic.empty()) {
        fields.emplace_back("topic", notice.topic);
        fields.emplace_back("partition", fmt::to_string(notice.partition.value));
        fields.emplace_back("offset", fmt::to_string(notice.offset.value));
    }
    if (!notice.subject.empty()) fields.emplace_back("subject", notice.subject);
    fields.emplace_back("reason", notice.reason);
    if (*left_out > 0) fields.emplace_back("left_out", fmt::to_string(*left_out));
    logger_.warn(message_of(notice.kind), std::span<const Logger::Field>{fields});
}

std::optional<std::uint64_t> NoticeLog::admit(NoticeKind kind) {
    constexpr Milliseconds kMinute{60'000};
    const Instant now = clock_.now();
    const std::lock_guard lock{mutex_};
    Minute& minute = minutes_[kind];
    if (minute.lines == 0 || now < minute.began || now - minute.began >= kMinute) {
        minute.began = now;
        minute.lines = 0;
    }
    if (minute.lines == kLinesPerMinute) {
        ++minute.left_out;
        return std::nullopt;
    }
    ++minute.lines;
    return std::exchange(minute.left_out, 0);
}

}  // namespace sluice::daemon
