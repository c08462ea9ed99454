#include "trace/tracer.hpp"

#include "base/assert.hpp"
#include "event/view.hpp"
#include "trace/carrier.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::trace {

namespace {

void describe(Span& span, const Record& record) {
    if (record.key) span.set("messaging.kafka.message.key", *record.key);
    if (!record.value) span.set("messaging.kafka.message.tombstone", true);
    const auto view = event::EventView::of(record);
    if (!view) return;
    span.set("messaging.message.id", view->id());
    span.set("cloudevents.event_id", view->id());
    span.set("cloudevents.event_source", view->source());
    span.set("cloudevents.event_type", view->type());
    span.set("cloudevents.event_subject", view->subject());
    span.set("cloudevents.event_spec_version", std::string_view{"1.0"});
}

void link_other_trace(Span& span, const std::optional<SpanContext>& other) {
    if (other && other->trace != span.context.trace) span.links.push_back(*other);
}

}  // namespace

Tracer::Tracer(SpanSink& sink, Options options)
    : sink_{sink},
      ratio_{options.ratio},
      ids_{options.seed} {
    SLUICE_ASSERT(ratio_ >= 0.0 && ratio_ <= 1.0);
}

SpanPtr Tracer::send(
    Record& record, const Place& place, Instant start, const std::optional<SpanContext>& caller
) const {
    const auto own = start_of(record);
    const SpanContext parent = own ? *own : caller ? *caller : root_of(record);
    SpanPtr span = child(kSend, parent, place, start);
    if (span == nullptr) {
        // What stages behind this one would not find in the event: that it is not sampled.
        if (!own && caller) put_hop(record, *caller);
        return nullptr;
    }
    describe(*span, record);
    link_other_trace(*span, caller);
    put_hop(record, span->context);
    return span;
}

SpanPtr Tracer::begin(
    const Operation& operation, const Record& record, const Place& place, Instant start
) const {
    auto parent = hop_of(record);
    if (!parent) parent = start_of(record);
    SpanPtr span = child(operation, parent ? *parent : root_of(record), place, start);
    if (span == nullptr) return nullptr;
    describe(*span, record);
    link_other_trace(*span, start_of(record));
    return span;
}

void Tracer::finish(std::vector<SpanPtr> spans) const {
    std::erase(spans, nullptr);
    if (!spans.empty()) sink_.take(std::move(spans));
}

SpanContext Tracer::root_of(const Record& record) const {
    const auto view = event::EventView::of(record);
    if (!view) return {};
    SpanContext root;
    root.trace = trace_of_event(view->source(), view->id());
    root.sampled = is_in_ratio(root.trace, ratio_);
    return root;
}

SpanPtr Tracer::child(
    const Operation& operation, const SpanContext& parent, const Place& place, Instant start
) const {
    if (!parent.sampled) return nullptr;
    auto span = std::make_unique<Span>();
    span->context = parent;
    span->context.span = ids_.next();
    span->parent = parent.span;
    span->name = fmt::format("{} {}", operation.name, place.topic);
    span->kind = operation.kind;
    span->start = start;
    span->set("messaging.system", std::string_view{"kafka"});
    span->set("messaging.operation.name", operation.name);
    span->set("messaging.operation.type", operation.type);
    span->set("messaging.destination.name", place.topic);
    span->set("messaging.destination.partition.id", fmt::to_string(place.partition.value));
    if (place.offset) span->set("messaging.kafka.offset", place.offset->value);
    return span;
}

}  // namespace sluice::trace
