#pragma once

#include "event/record.hpp"
#include "trace/sampling.hpp"
#include "trace/span.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::trace {

/// What is done with a message, in the words of OpenTelemetry's semantic conventions for messaging.
struct Operation {
    std::string_view name;
    std::string_view type;
    SpanKind kind;
};

inline constexpr Operation kSend{"send", "send", SpanKind::kProducer};
inline constexpr Operation kSequence{"sequence", "process", SpanKind::kConsumer};  ///< ours
inline constexpr Operation kProcess{"process", "process", SpanKind::kConsumer};

/// Where a message lies. Its offset is not known before it is written.
struct Place {
    std::string_view topic;
    PartitionId partition;
    std::optional<Offset> offset{};
};

/// Begins the spans of events' ways, if their traces are sampled: by whoever began the trace, or,
/// where it begins here, by ratio. Null means that nothing has to be done.
/// Threads:  any.
/// Lifetime: the sink outlives it.
class Tracer {
public:
    struct Options {
        double ratio{1.0};     ///< of the traces that begin here, 0 to 1
        std::uint64_t seed{};  ///< of the ids
    };

    Tracer(SpanSink& sink, Options options);

    /// The span under which a record is published; it becomes the record's hop. Its parent is the
    /// event's own trace, else the caller's; the other one is linked.
    [[nodiscard]] SpanPtr send(
        Record& record,
        const Place& place,
        Instant start,
        const std::optional<SpanContext>& caller = std::nullopt
    ) const;

    /// A span below the record's hop, or the event's own trace.
    [[nodiscard]] SpanPtr begin(
        const Operation& operation, const Record& record, const Place& place, Instant start
    ) const;

    /// They have ended. Takes nulls.
    void finish(std::vector<SpanPtr> spans) const;

private:
    [[nodiscard]] SpanContext root_of(const Record& record) const;
    [[nodiscard]] SpanPtr child(
        const Operation& operation, const SpanContext& parent, const Place& place, Instant start
    ) const;

    SpanSink& sink_;
    double ratio_;
    mutable SpanIds ids_;
};

}  // namespace sluice::trace
