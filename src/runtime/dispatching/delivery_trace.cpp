#include "runtime/dispatching/delivery_trace.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

using trace::SpanPtr;

void DeliveryTrace::add(
    const log::PartitionRef& ordered,
    bool from_backlog,
    const deliver::RunWork& run,
    const dispatch::RunOutcome& outcome
) {
    const auto begin_at = [&](std::size_t at) {
        trace::Place place{ordered.topic, ordered.partition};
        if (!from_backlog) place.offset = run.events[at].offset;
        return begin(place, run, at);
    };
    const std::size_t handled = std::min(outcome.handled, run.events.size());
    for (std::size_t at = 0; at < handled; ++at) spans_.push_back(begin_at(at));
    if (handled == run.events.size() || !outcome.failure) return;
    std::string_view type;
    switch (outcome.failure->kind) {
        case dispatch::FailureKind::kNotTried: return;
        case dispatch::FailureKind::kRetry: type = "retry"; break;
        case dispatch::FailureKind::kDead: type = "dead"; break;
    }
    SpanPtr span = begin_at(handled);
    if (span == nullptr) return;
    span->fail(type, outcome.failure->reason);
    spans_.push_back(std::move(span));
}

SpanPtr DeliveryTrace::begin(const trace::Place& place, const deliver::RunWork& run, std::size_t at)
    const {
    const deliver::Outgoing& event = run.events[at];
    SpanPtr span = tracer_.begin(trace::kProcess, *event.record, place, begun_);
    if (span == nullptr) return nullptr;
    span->took = took_;
    span->set("messaging.consumer.group.name", subscription_);
    span->set("sluice.position", static_cast<std::int64_t>(event.position.value));
    span->set("sluice.attempt", std::int64_t{at == 0 ? run.attempt : 1});
    return span;
}

}  // namespace sluice::runtime
