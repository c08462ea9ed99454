#include "runtime/sequencing/partition_feed.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::runtime {

Status PartitionFeed::fill(std::uint64_t version) {
    if (!ready_.empty() || ended_at_ == version) return ok();
    auto read = log_->read(from_, next_, limits_);
    if (!read) return read.error().at(fmt::format("{}/{}", from_.topic, from_.partition.value));
    log::Records& records = read.value();
    if (records.empty()) {
        // What ends a transaction counts as read, or sweeps would wait for it for ever.
        next_ = std::max(next_, records.next());
        ended_at_ = version;
    }
    behind_ = records.next();
    ready_.assign(std::move_iterator{records.begin()}, std::move_iterator{records.end()});
    return ok();
}

log::StoredRecord PartitionFeed::take() {
    SLUICE_ASSERT(!ready_.empty());
    log::StoredRecord taken = std::move(ready_.front());
    ready_.pop_front();
    SLUICE_ASSERT(taken.offset >= next_);
    next_ = ready_.empty() ? std::max(taken.offset.next(), behind_) : taken.offset.next();
    return taken;
}

}  // namespace sluice::runtime
