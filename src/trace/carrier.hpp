#pragma once

#include "event/record.hpp"
#include "trace/context.hpp"

#include <optional>
#include <string_view>

namespace sluice::trace {

/// Kafka headers of a hop: who sent this very record.
inline constexpr std::string_view kTraceparentHeader = "traceparent";
inline constexpr std::string_view kTracestateHeader = "tracestate";

/// Nothing when there is none, or it is malformed. A bad `tracestate` alone is dropped.
[[nodiscard]] std::optional<SpanContext> context_of(
    std::string_view traceparent, std::string_view tracestate
);

/// The context of the hop that brought the record.
[[nodiscard]] std::optional<SpanContext> hop_of(const Record& record);

/// The trace that the event was born in: CloudEvents' Distributed Tracing extension. Never changed
/// on the way.
[[nodiscard]] std::optional<SpanContext> start_of(const Record& record);

/// Makes `context` the record's hop. Nothing else of it changes.
void put_hop(Record& record, const SpanContext& context);

}  // namespace sluice::trace
