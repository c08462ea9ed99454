#include "runtime/partition_feed.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::runtime {

Status PartitionFeed::fill(std::uint64_t version) {
    if (!ready_.empty() || ended_at_ == version) return ok();
    const auto failed = [this](const Error& error) {
        return error.at(fmt::format("{}/{}", from_.topic, from_.partition.value));
    };
    auto read = log_->read(from_, next_, limits_);
    if (!read) return failed(read.error());
    if (read.value().empty()) {
        const auto ends = log_->ends(from_);
        if (!ends) return failed(ends.error());
        const Offset end = ends.value().committed;
        if (end > next_) {  // more has come, or what is there holds no record
            read = log_->read(from_, next_, limits_);
            if (!read) return failed(read.error());
        }
        // What ends a transaction counts as read, or sweeps would wait for it for ever.
        if (read.value().empty()) next_ = std::max(next_, end);
    }
    auto& records = read.value();
    if (records.empty()) ended_at_ = version;
    ready_.assign(std::move_iterator{records.begin()}, std::move_iterator{records.end()});
    return ok();
}

log::StoredRecord PartitionFeed::take() {
    SLUICE_ASSERT(!ready_.empty());
    log::StoredRecord taken = std::move(ready_.front());
    ready_.pop_front();
    SLUICE_ASSERT(taken.offset >= next_);
    next_ = taken.offset.next();
    return taken;
}

}  // namespace sluice::runtime
