#include "lag/window.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace sluice::lag {

Window::Window(WindowOptions options) : options_{options} {
    SLUICE_ASSERT(options_.samples >= 2);
}

void Window::add(const Sample& sample) {
    if (!samples_.empty() && sample.taken_at < samples_.back().taken_at) samples_.clear();
    samples_.push_back(sample);
    if (samples_.size() > options_.samples) samples_.pop_front();
}

Verdict Window::verdict() const {
    if (samples_.size() < options_.samples) return Verdict::kOk;
    const bool was_free = std::any_of(samples_.begin(), samples_.end(), [this](const Sample& one) {
        return one.lag <= options_.lag_allowed;
    });
    if (was_free) return Verdict::kOk;
    if (is_stopped()) return Verdict::kStopped;
    if (is_rewound()) return Verdict::kRewound;
    if (is_stalled()) return Verdict::kStalled;
    if (is_slow()) return Verdict::kSlow;
    return Verdict::kOk;
}

bool Window::is_stopped() const {
    const Sample& newest = samples_.back();
    const Milliseconds length = newest.taken_at - samples_.front().taken_at;
    return newest.taken_at - newest.alive_at > length;
}

bool Window::is_rewound() const {
    const Offset now = samples_.back().done;
    return std::any_of(samples_.begin(), samples_.end(), [now](const Sample& one) {
        return one.done > now;
    });
}

bool Window::is_stalled() const {
    const Offset now = samples_.back().done;
    return std::all_of(samples_.begin(), samples_.end(), [now](const Sample& one) {
        return one.done == now;
    });
}

bool Window::is_slow() const {
    return std::is_sorted(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) {
        return a.lag < b.lag;
    });
}

}  // namespace sluice::lag
