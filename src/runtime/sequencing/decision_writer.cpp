#include "runtime/sequencing/decision_writer.hpp"

#include "base/match.hpp"
#include "runtime/domain/aside.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace sluice::runtime {

namespace {

AsideCause cause_aside(sequence::AsideReason reason) {
    switch (reason) {
        case sequence::AsideReason::kLateNumber: return AsideCause::kLateNumber;
        case sequence::AsideReason::kLateClosed: return AsideCause::kLateClosed;
        case sequence::AsideReason::kFlooded: return AsideCause::kFlooded;
        case sequence::AsideReason::kDropped: return AsideCause::kDropped;
        case sequence::AsideReason::kFloodedSource: return AsideCause::kFloodedSource;
        case sequence::AsideReason::kRepaired: return AsideCause::kRepaired;
    }
    return AsideCause::kLateNumber;
}

}  // namespace

bool DecisionWriter::write(HomeId home, sequence::Decisions decisions, Instant now) {
    bool changed = decisions.empty();
    for (sequence::Decision& decision : decisions) {
        changed = changed || !std::holds_alternative<sequence::Duplicate>(decision);
        std::visit(
            Match{
                [&](sequence::Release& made) { release(home, std::move(made), now); },
                [](const sequence::Waits&) {},
                [&](const sequence::Duplicate& duplicate) {
                    const bool compared = duplicate.compared != sequence::Compared::kNotCompared;
                    add(compared ? probe_.duplicates : probe_.duplicates_not_compared);
                },
                [&](const sequence::Conflict& made) {
                    add(probe_.conflicts);
                    tell(NoticeKind::kConflict, made.at, made.subject, made.detail);
                },
                [&](sequence::Aside& made) { aside(home, std::move(made)); },
                [&](const sequence::Parked& made) {
                    add(probe_.gaps_parked);
                    tell(NoticeKind::kGapParked, {}, made.subject, made.detail);
                },
                [](const sequence::Chosen&) {},  // its command lies aside, for the audit
                [](const sequence::Refused&) {},
            },
            decision
        );
    }
    return changed;
}

void DecisionWriter::release(HomeId home, sequence::Release release, Instant now) {
    if (release.facts.kind == sequence::OrderedKind::kGap) {
        add(probe_.gaps_skipped);
        tell(NoticeKind::kGapSkipped, {}, release.facts.subject, release.facts.wanted);
    } else {
        add(probe_.released);
    }
    if (!release.invalid.empty()) add(probe_.invalid);
    if (release.waited_since) {
        add(probe_.waited);
        const Milliseconds waited = now - *release.waited_since;
        if (waited.count() > 0) {
            raise_to(probe_.waited_ms_max, static_cast<std::uint64_t>(waited.count()));
        }
    }
    outputs_.ordered(home, sequence::to_ordered(std::move(release)));
}

void DecisionWriter::aside(HomeId home, sequence::Aside aside) {
    const AsideCause cause = cause_aside(aside.reason);
    const bool flooded = cause == AsideCause::kFlooded || cause == AsideCause::kFloodedSource;
    if (flooded) add(probe_.flooded);
    if (cause == AsideCause::kFloodedSource) add(probe_.flooded_source);
    if (cause == AsideCause::kLateNumber || cause == AsideCause::kLateClosed) add(probe_.late);
    const sequence::Arrival& arrival = aside.arrival;
    const std::string detail = fmt::format(
        "{} {} of {}{}",
        arrival.type,
        arrival.id,
        arrival.source,
        arrival.number ? fmt::format(" number {}", arrival.number->value) : ""
    );
    const bool chosen = cause == AsideCause::kDropped || cause == AsideCause::kRepaired;
    if (probe_.notify && !chosen) {
        tell(
            flooded ? NoticeKind::kFlooded : NoticeKind::kLate,
            arrival.origin,
            arrival.subject,
            fmt::format("{}: {}", to_string(cause), detail)
        );
    }
    outputs_.aside(home, to_aside(std::move(aside.arrival.record), arrival.origin, cause, detail));
}

void DecisionWriter::tell(
    NoticeKind kind,
    const sequence::Origin& at,
    const std::string& subject,
    const std::string& reason
) const {
    if (!probe_.notify) return;
    probe_.notify({kind, {}, {}, at.channel, at.partition, at.offset, subject, reason});
}

}  // namespace sluice::runtime
