#include "runtime/sequencing/sequencing_trace.hpp"

#include "base/match.hpp"
#include "trace/carrier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace sluice::runtime {

namespace {

using sequence::AsideReason;
using trace::SpanPtr;

constexpr std::string_view kWaitedFor = "sluice.waited_for";

std::string_view outcome_of(AsideReason reason) {
    switch (reason) {
        case AsideReason::kLateNumber:
        case AsideReason::kLateClosed: return "late";
        case AsideReason::kFlooded:
        case AsideReason::kFloodedSource: return "flooded";
        case AsideReason::kDropped: return "dropped";
        case AsideReason::kRepaired: return "repaired";
    }
    return "late";
}

/// "/orders 2", "order.placed"; empty: nothing is missing.
std::string missing_in(const sequence::Subject& subject) {
    if (subject.stopped()) return subject.hold->detail;
    if (!subject.gap) return {};
    return std::visit(
        Match{
            [](const sequence::NeedNumber& need) {
                return fmt::format("{} {}", need.source, need.number.value);
            },
            [](const sequence::NeedMark& need) { return need.wanted; },
        },
        subject.gap->missing
    );
}

/// What its release may have let go.
std::string text_of(const sequence::Release& release) {
    const sequence::OrderedFacts& facts = release.facts;
    if (facts.kind == sequence::OrderedKind::kGap) return facts.wanted + ", given up";
    if (facts.number) return fmt::format("{} {}", facts.source, facts.number->value);
    return release.type;
}

}  // namespace

SpanPtr SequencingTrace::begin(const Record& record, const sequence::Origin& origin, Instant start)
    const {
    const trace::Place place{origin.channel, origin.partition, origin.offset};
    return tracer_->begin(trace::kSequence, record, place, start);
}

/// The first release of the decisions is what all that waited and is released behind it waited for.
void SequencingTrace::note(
    SpanPtr arrived, sequence::Decisions& decisions, const sequence::Subject& subject, Instant now
) {
    std::string cause;
    std::optional<trace::SpanContext> cause_span;
    const auto take_arrived = [&arrived] { return std::exchange(arrived, nullptr); };
    for (sequence::Decision& decision : decisions) {
        if (auto* release = std::get_if<sequence::Release>(&decision)) {
            const bool first = cause.empty();
            if (first) cause = text_of(*release);
            const bool waited = release->waited_since.has_value();
            SpanPtr span = released(waited ? nullptr : take_arrived(), *release, now);
            if (span == nullptr) continue;
            if (first) cause_span = span->context;
            if (waited && !first) {
                span->set(kWaitedFor, cause);
                if (cause_span) span->links.push_back(*cause_span);
            }
            const bool late = release->facts.kind == sequence::OrderedKind::kLate;
            keep(std::move(span), late ? "late" : "released");
        } else if (auto* aside = std::get_if<sequence::Aside>(&decision)) {
            if (arrived == nullptr) {
                arrived = begin(aside->arrival.record, aside->arrival.origin, now);
            }
            keep(take_arrived(), outcome_of(aside->reason));
        } else if (std::holds_alternative<sequence::Duplicate>(decision)) {
            keep(take_arrived(), "duplicate");
        } else if (const auto* conflict = std::get_if<sequence::Conflict>(&decision)) {
            if (arrived != nullptr) arrived->fail("conflict", conflict->detail);
            keep(take_arrived(), "conflict");
        } else if (std::holds_alternative<sequence::Waits>(decision) && arrived != nullptr) {
            arrived->set(kWaitedFor, missing_in(subject));
            keep(take_arrived(), "waiting");
        }
    }
}

SpanPtr SequencingTrace::released(SpanPtr arrived, sequence::Release& release, Instant now) const {
    if (release.facts.kind == sequence::OrderedKind::kGap) return nullptr;
    SpanPtr span = std::move(arrived);
    if (span == nullptr) {
        span = begin(release.record, release.facts.origin, release.waited_since.value_or(now));
    }
    if (span == nullptr) return nullptr;
    span->set("sluice.position", static_cast<std::int64_t>(release.facts.position.value));
    if (release.waited_since) {
        const Milliseconds waited = std::max(now - *release.waited_since, Milliseconds{0});
        span->set("sluice.waited_ms", std::int64_t{waited.count()});
    }
    if (!release.invalid.empty()) span->fail("invalid", release.invalid);
    trace::put_hop(release.record, span->context);
    return span;
}

void SequencingTrace::keep(SpanPtr span, std::string_view outcome) {
    if (span == nullptr) return;
    span->set("sluice.domain", domain_);
    span->set("sluice.outcome", outcome);
    spans_.push_back(std::move(span));
}

void SequencingTrace::hand_over(Instant now) {
    for (const SpanPtr& span : spans_) span->end_at(now);
    tracer_->finish(std::exchange(spans_, {}));
}

}  // namespace sluice::runtime
