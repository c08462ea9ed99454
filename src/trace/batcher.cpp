#include "trace/batcher.hpp"

#include <algorithm>
#include <utility>

namespace sluice::trace {

bool Batcher::push(SpanPtr span, Instant now) {
    if (queue_.size() >= limits_.queue_max) return false;
    queue_.push_back({std::move(span), now});
    return true;
}

std::optional<Instant> Batcher::due() const {
    if (queue_.empty()) return std::nullopt;
    const bool full = queue_.size() >= std::min(limits_.batch_max, limits_.queue_max);
    const Instant oldest = queue_.front().since;
    return full ? oldest : oldest + limits_.age_max;
}

std::vector<SpanPtr> Batcher::take() {
    std::vector<SpanPtr> batch;
    batch.reserve(std::min(queue_.size(), limits_.batch_max));
    while (!queue_.empty() && batch.size() < limits_.batch_max) {
        batch.push_back(std::move(queue_.front().span));
        queue_.pop_front();
    }
    return batch;
}

}  // namespace sluice::trace
