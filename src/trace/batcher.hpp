#pragma once

#include "trace/span.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace sluice::trace {

/// Ended spans on their way out: a bounded queue that says when the next batch is due. Pure: time
/// goes in, and only differences of it count.
/// Threads: one at a time.
/// Limits:  `queue_max` spans; what comes beyond is refused.
class Batcher {
public:
    struct Limits {
        std::size_t queue_max{4'096};
        std::size_t batch_max{512};
        Milliseconds age_max{1'000};  ///< a batch that is not full goes after this time
    };

    explicit Batcher(Limits limits) : limits_{limits} {}

    /// False: the queue is full, and the span is gone.
    [[nodiscard]] bool push(SpanPtr span, Instant now);

    /// From when on a batch is to be taken; nothing while there is none.
    [[nodiscard]] std::optional<Instant> due() const;

    /// The oldest, in their order: at most `batch_max`.
    [[nodiscard]] std::vector<SpanPtr> take();

    [[nodiscard]] std::size_t size() const { return queue_.size(); }

private:
    struct Entry {
        SpanPtr span;
        Instant since;
    };

    Limits limits_;
    std::deque<Entry> queue_;
};

}  // namespace sluice::trace
