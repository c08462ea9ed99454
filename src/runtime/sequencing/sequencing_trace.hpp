#pragma once

#include "sequence/sequencer.hpp"
#include "trace/tracer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// The spans of a sequencing step: one for each verdict over an event, from its arrival until the
/// step is committed. Made while the step is decided, handed on when it is certain; a step that is
/// lost leaves none. Without a tracer it does nothing.
/// Threads:  the task's only.
/// Lifetime: the tracer outlives it.
class SequencingTrace {
public:
    SequencingTrace(const trace::Tracer* tracer, std::string_view domain)
        : tracer_{tracer},
          domain_{domain} {}

    /// Before the arrival is offered. Null: it is not traced.
    [[nodiscard]] trace::SpanPtr arrived(const sequence::Arrival& arrival, Instant now) const {
        if (tracer_ == nullptr) return nullptr;
        return begin(arrival.record, arrival.origin, now);
    }

    /// Before the decisions are written: what is released gets its span as its hop. `arrived`: of
    /// the arrival that was offered, null if there was none.
    void decided(
        trace::SpanPtr arrived,
        sequence::Decisions& decisions,
        const sequence::Subject& subject,
        Instant now
    ) {
        if (tracer_ != nullptr) note(std::move(arrived), decisions, subject, now);
    }

    void committed(Instant now) {
        if (!spans_.empty()) hand_over(now);
    }

private:
    [[nodiscard]] trace::SpanPtr begin(
        const Record& record, const sequence::Origin& origin, Instant start
    ) const;
    void note(
        trace::SpanPtr arrived,
        sequence::Decisions& decisions,
        const sequence::Subject& subject,
        Instant now
    );
    [[nodiscard]] trace::SpanPtr released(
        trace::SpanPtr arrived, sequence::Release& release, Instant now
    ) const;
    void keep(trace::SpanPtr span, std::string_view outcome);
    void hand_over(Instant now);

    const trace::Tracer* tracer_;
    std::string domain_;
    std::vector<trace::SpanPtr> spans_;
};

}  // namespace sluice::runtime
