#include "log/kafka/snapshot_schedule.hpp"

#include <algorithm>
#include <utility>

namespace sluice::log::kafka {

void SnapshotSchedule::folded(const PartitionRef& from, Offset next) {
    Offset& known = folded_[from];
    moved_ = moved_ || known != next;
    known = next;
}

bool SnapshotSchedule::is_due(Instant now) const {
    if (under_way_ || !moved_ || (not_before_ && now < *not_before_)) return false;
    const std::uint64_t size = last_ ? last_->bytes : 0;
    if (bytes_ >= std::max<std::uint64_t>(rules_.bytes_min, kRatio * size)) return true;
    const auto times =
        static_cast<std::int64_t>(1 + size / std::max<std::size_t>(rules_.bytes_min, 1));
    return now - since_ >= Milliseconds{rules_.every.count() * times};
}

void SnapshotSchedule::began() {
    under_way_ = true;
    moved_ = false;
    taken_ = std::exchange(bytes_, 0);
    covers_ = folded_;
}

void SnapshotSchedule::failed(Instant now) {
    under_way_ = false;
    moved_ = true;
    bytes_ += taken_;
    not_before_ = now + kRetry;
}

std::vector<std::pair<PartitionRef, Offset>> SnapshotSchedule::covered() const {
    if (!ready_) return {};
    return {covers_.begin(), covers_.end()};
}

std::optional<SnapshotRef> SnapshotSchedule::referred() {
    std::optional<SnapshotRef> before = std::exchange(last_, std::exchange(ready_, std::nullopt));
    since_ = last_->written;
    under_way_ = false;
    not_before_.reset();
    return before;
}

}  // namespace sluice::log::kafka
