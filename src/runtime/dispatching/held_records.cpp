#include "runtime/dispatching/held_records.hpp"

#include "base/assert.hpp"

#include <iterator>

namespace sluice::runtime {

void HeldRecords::enter(const OrderedBatchPtr& batch, Offset offset) {
    const bool same = !held_.empty() && std::prev(held_.end())->second.batch == batch;
    if (!same) {
        SLUICE_ASSERT(held_.empty() || std::prev(held_.end())->first < offset);
        held_.emplace_hint(held_.end(), offset, Held{batch, 0});
    }
    ++std::prev(held_.end())->second.events;
}

HeldRecords::ByFirst::const_iterator HeldRecords::find(Offset offset) const {
    const auto after = held_.upper_bound(offset);
    SLUICE_ASSERT(after != held_.begin());
    return std::prev(after);
}

const Record& HeldRecords::at(Offset offset) const {
    const OrderedBatch& batch = *find(offset)->second.batch;
    const std::size_t index = batch.index_of(offset);
    SLUICE_ASSERT(index < batch.events.size() && batch.events[index].offset == offset);
    return batch.events[index].record;
}

void HeldRecords::leave(Offset offset) {
    const auto found = held_.find(find(offset)->first);
    SLUICE_ASSERT(found->second.events > 0);
    if (--found->second.events == 0) held_.erase(found);
}

}  // namespace sluice::runtime
