#include "sim/effects.hpp"

#include "sim/domain.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::sim {

std::vector<dispatch::RunOutcome> EffectSink::deliver(std::span<const deliver::RunWork> runs) {
    std::vector<dispatch::RunOutcome> outcomes;
    outcomes.reserve(runs.size());
    const bool busy = std::exchange(busy_, false);
    if (busy) ++effects_.busy_calls;
    for (const deliver::RunWork& run : runs) {
        if (busy) {
            outcomes.push_back({0, dispatch::Failure{dispatch::FailureKind::kNotTried, "busy", {}}}
            );
        } else {
            outcomes.push_back(carry_out(run));
        }
    }
    return outcomes;
}

dispatch::RunOutcome EffectSink::carry_out(const deliver::RunWork& run) {
    using dispatch::Failure;
    using dispatch::FailureKind;
    Effects::Subject& subject = effects_.subjects[std::string{run.subject}];
    dispatch::RunOutcome outcome;
    for (const deliver::Outgoing& event : run.events) {
        std::string id{event.record->header("ce_id").value_or("")};
        const Position last = subject.done.empty() ? Position{0} : subject.done.back().position;
        if (event.position <= last) {
            if (event.position == last && subject.done.back().id != id) {
                effects_.violations.push_back(fmt::format(
                    "{}: position {} was {} and is {}",
                    run.subject,
                    last.value,
                    subject.done.back().id,
                    id
                ));
            }
            ++effects_.redelivered;
            ++outcome.handled;
            continue;
        }
        if (event.record->header("ce_subjectinvalid")) {
            effects_.violations.push_back(fmt::format("{}: {} is invalid", run.subject, id));
        }
        const Verdict verdict = verdict_of(*event.record);
        if (verdict == Verdict::kDead) {
            outcome.failure = Failure{FailureKind::kDead, "never", {}};
            return outcome;
        }
        const bool for_ever = verdict == Verdict::kRetryForEver;
        if (for_ever || (verdict == Verdict::kRetryTwice && subject.failures[id] < 2)) {
            ++subject.failures[id];
            outcome.failure = Failure{FailureKind::kRetry, "not yet", {}};
            return outcome;
        }
        subject.done.push_back({event.position, std::move(id)});
        ++outcome.handled;
    }
    return outcome;
}

}  // namespace sluice::sim
