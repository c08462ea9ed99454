#include "runtime/sequencing/growth_gate.hpp"

#include <string>

namespace sluice::runtime {

GrowthGate::GrowthGate(
    const log::Log& log, std::string_view domain, const log::TopicSpec& older, HomeId home
)
    : sweeper_{
          log,
          {std::string{domain}, {older}, {home}, /*channels_grow=*/false},
          /*interval=*/Milliseconds{0}} {}

bool GrowthGate::is_open_for(const log::StoredRecord& next) const {
    // Whether the number can be read does not matter: without one that can, it goes aside.
    return next.offset < open_below_ || next.record.header("ce_sourcesequence").has_value();
}

Status GrowthGate::advance(const log::StoredRecord& next, Offset behind, Instant now) {
    if (is_open_for(next)) return ok();
    if (!sweeper_.running()) swept_for_ = behind;
    const auto ended = sweeper_.advance(/*wanted=*/true, now);
    if (!ended) return ended.error();
    if (ended.value()) open_below_ = swept_for_;
    return ok();
}

}  // namespace sluice::runtime
