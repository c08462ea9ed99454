#include "runtime/rebuild/fence.hpp"

#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::runtime {

Result<Fence> Fence::raise(
    const log::Log& log,
    const std::string& domain,
    Entries entries,
    Milliseconds timeout,
    const std::stop_token& stop
) {
    constexpr Milliseconds kLookAgain{5};
    Fence fence{std::move(entries)};
    if (const Status placed = fence.set(log, domain); !placed) return placed.error();
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (const SubscriptionEntry* late = fence.behind()) {
        if (stop.stop_requested()) return Error{ErrorCode::kCancelled, "the process stops"};
        if (std::chrono::steady_clock::now() >= deadline) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format(
                    "{} does not come to rest within {} s: look whether it is paused, its sink "
                    "fails or an event of it is being retried",
                    late->subscription.name,
                    timeout.count() / 1'000
                )};
        }
        fence.follow_the_furthest();
        log.wait_for_change(log.version(), kLookAgain);
    }
    return fence;
}

/// At the ends of the topic: nobody has read further.
Status Fence::set(const log::Log& log, const std::string& domain) {
    const std::size_t homes = entries_.front()->fence.size();
    for (std::size_t home = 0; home < homes; ++home) {
        const PartitionId partition{static_cast<std::uint32_t>(home)};
        const auto ends = log.ends({ordered_topic(domain), partition});
        if (!ends) return ends.error();
        at_.push_back(ends.value().committed.value);
        for (const auto& entry : entries_) entry->fence[home] = at_.back();
    }
    return ok();
}

const SubscriptionEntry* Fence::behind() const {
    for (const auto& entry : entries_) {
        for (std::size_t home = 0; home < at_.size(); ++home) {
            if (entry->settled[home].load(std::memory_order_acquire) != at_[home])
                return entry.get();
        }
    }
    return nullptr;
}

/// Whoever was reading when the fence was set may have got past it: then it stands where he is.
void Fence::follow_the_furthest() {
    for (std::size_t home = 0; home < at_.size(); ++home) {
        std::int64_t furthest = at_[home];
        for (const auto& entry : entries_) furthest = std::max(furthest, entry->read[home].load());
        if (furthest == at_[home]) continue;
        at_[home] = furthest;
        for (const auto& entry : entries_) entry->fence[home] = furthest;
    }
}

void Fence::fall() {
    for (const auto& entry : entries_) {
        for (auto& offset : entry->fence) offset = SubscriptionEntry::kNoFence;
    }
    entries_.clear();
}

}  // namespace sluice::runtime
