#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "lag/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace sluice::lag {

/// A consumer on one partition, at one moment.
struct Sample {
    Instant taken_at;
    Instant alive_at;    ///< its last sign of life
    Offset done;         ///< with as many records it is done: all below, and single ones above
    std::int64_t lag{};  ///< with as many it is not
};

struct WindowOptions {
    std::size_t samples{12};      ///< a full window; at least 2
    std::int64_t lag_allowed{0};  ///< no more than this is as good as none
};

/// The last samples of a consumer on a partition, and what they amount to: the rules and their
/// order are those of Burrow's evaluator, with two differences. A sample is taken whether or not
/// the consumer has committed, so its sign of life tells a stopped one from a stalled one; and a
/// rewind that was made good is none.
/// Threads:  one at a time.
/// Limits:   `samples` of them. Until there are so many, the verdict is ok; a clock that jumps back
///           begins the window anew.
class Window {
public:
    explicit Window(WindowOptions options = {});

    void add(const Sample& sample);

    /// kOk, kSlow, kStalled, kRewound or kStopped: the others are not about a partition.
    [[nodiscard]] Verdict verdict() const;

    [[nodiscard]] std::size_t size() const { return samples_.size(); }

private:
    [[nodiscard]] bool is_stopped() const;
    [[nodiscard]] bool is_rewound() const;
    [[nodiscard]] bool is_stalled() const;
    [[nodiscard]] bool is_slow() const;

    WindowOptions options_;
    std::deque<Sample> samples_;
};

}  // namespace sluice::lag
