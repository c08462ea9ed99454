#include "outbox/pace.hpp"

#include <utility>

namespace sluice::outbox {

bool Pace::found(Instant now) {
    last_found_ = now;
    return std::exchange(asleep_, false);
}

Pace::Rest Pace::rest(Instant now) {
    if (!last_found_) last_found_ = now;
    if (asleep_) return {options_.asleep, true, false};
    if (now - *last_found_ < options_.awake) return {options_.look, false, false};
    asleep_ = true;
    return {Milliseconds{0}, true, true};
}

}  // namespace sluice::outbox
