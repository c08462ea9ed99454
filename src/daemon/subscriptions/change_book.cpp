#include "daemon/subscriptions/change_book.hpp"

#include "base/point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kLookAgain{50};
constexpr Offset kNobodys{-1};

log::PartitionRef changes() {
    return {std::string{kSubscriptionsTopic}, PartitionId{0}};
}

}  // namespace

Status ChangeBook::catch_up() {
    if (!is_there_) {
        const auto topic = log_.topic(kSubscriptionsTopic);
        if (!topic) return topic.error();
        if (!topic.value()) return ok();
        is_there_ = true;
    }
    Status ignored = ok();
    return read_on(kNobodys, ignored);
}

Status ChangeBook::read_on(Offset watched, Status& verdict) {
    const auto ends = log_.ends(changes());
    if (!ends) return ends.error();
    if (next_ < ends.value().first) next_ = ends.value().first;
    while (next_ < ends.value().committed) {
        const auto batch = log_.read(changes(), next_, {});
        if (!batch) return batch.error();
        if (batch.value().next() == next_) break;
        for (const log::StoredRecord& stored : batch.value()) {
            const auto change = decode_change(stored.record);
            Status applied =
                change ? catalog_.apply(stored.offset, change.value()) : Status{change.error()};
            if (!change) {
                tell_(fmt::format(
                    "{}, offset {}: {}",
                    kSubscriptionsTopic,
                    stored.offset.value,
                    change.error().message
                ));
            }
            if (stored.offset == watched) verdict = std::move(applied);
        }
        next_ = batch.value().next();
    }
    return ok();
}

Status ChangeBook::write(const Change& change) {
    Status made = log_.create_topic({std::string{kSubscriptionsTopic}, 1});
    if (!made) return made;
    SLUICE_POINT("subscription.before_change");
    const auto offsets = log_.publish({{changes(), {encode_change(change)}}});
    if (!offsets) return offsets.error();
    SLUICE_POINT("subscription.after_change");
    const Offset at = offsets.value().front();
    const auto until = std::chrono::steady_clock::now() + kPatience;
    Status verdict = ok();
    while (next_ <= at) {
        const std::uint64_t seen = log_.version();
        if (Status read = read_on(at, verdict); !read) return read;
        if (next_ > at) break;
        if (std::chrono::steady_clock::now() > until) {
            return Error{
                ErrorCode::kUnavailable,
                "it was written, and is not seen yet: look whether it counts before it is sent "
                "again"};
        }
        log_.wait_for_change(seen, kLookAgain);
    }
    return verdict;
}

}  // namespace sluice::daemon
