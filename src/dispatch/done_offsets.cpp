#include "dispatch/done_offsets.hpp"

#include "base/assert.hpp"

#include <iterator>

namespace sluice::dispatch {

DoneOffsets::DoneOffsets(const Progress& restored) : next_{restored.next} {
    for (const OffsetRange& range : restored.done_above) {
        SLUICE_ASSERT(range.first > end() && range.first < range.end);
        above_.emplace_hint(above_.end(), range.first, range.end);
    }
}

void DoneOffsets::add(Offset offset) {
    SLUICE_ASSERT(offset >= next_);
    auto after = above_.upper_bound(offset);
    if (offset == next_) {
        next_ = next_.next();
        if (after != above_.end() && after->first == next_) {
            next_ = after->second;
            above_.erase(after);
        }
        return;
    }
    const bool joins_after = after != above_.end() && after->first == offset.next();
    if (after != above_.begin()) {
        auto before = std::prev(after);
        SLUICE_ASSERT(before->second <= offset);
        if (before->second == offset) {
            before->second = joins_after ? after->second : offset.next();
            if (joins_after) above_.erase(after);
            return;
        }
    }
    if (!joins_after) {
        above_.emplace_hint(after, offset, offset.next());
        return;
    }
    auto node = above_.extract(after);
    node.key() = offset;
    above_.insert(std::move(node));
}

bool DoneOffsets::contains(Offset offset) const {
    if (offset < next_) return true;
    auto after = above_.upper_bound(offset);
    return after != above_.begin() && offset < std::prev(after)->second;
}

Offset DoneOffsets::end() const {
    return above_.empty() ? next_ : above_.rbegin()->second;
}

Progress DoneOffsets::progress() const {
    Progress progress{next_, {}};
    progress.done_above.reserve(above_.size());
    for (const auto& [first, end] : above_) progress.done_above.push_back({first, end});
    return progress;
}

}  // namespace sluice::dispatch
