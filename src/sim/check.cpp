#include "sim/check.hpp"

#include "sim/delivery_check.hpp"
#include "sim/ordered_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::sim {

namespace {

using Probe = runtime::SequencingProbe;

void count(Cluster& cluster, Tally& tally) {
    tally.events = cluster.arrived().size();
    const Happened& happened = cluster.happened();
    tally.of(Outcome::kReleased) = cluster.count(&Probe::released);
    tally.of(Outcome::kWaited) = cluster.count(&Probe::waited);
    tally.of(Outcome::kDuplicate) = cluster.count(&Probe::duplicates);
    tally.of(Outcome::kConflict) = cluster.count(&Probe::conflicts);
    tally.of(Outcome::kLate) = cluster.count(&Probe::late);
    tally.of(Outcome::kInvalid) = cluster.count(&Probe::invalid);
    tally.of(Outcome::kGapParked) = cluster.count(&Probe::gaps_parked);
    tally.of(Outcome::kSkip) = cluster.count(&Probe::gaps_skipped);
    tally.of(Outcome::kRepartition) = cluster.count(&Probe::repartitioned);
    tally.of(Outcome::kFlood) = cluster.count(&Probe::flooded);
    tally.of(Outcome::kUnreadable) = cluster.count(&Probe::unreadable);
    tally.of(Outcome::kSweep) = cluster.count(&Probe::sweeps);
    tally.of(Outcome::kClosedSubject) = cluster.count(&Probe::subjects_closed);
    tally.of(Outcome::kSpill) = cluster.count(&Probe::subjects_spilled);
    tally.of(Outcome::kRestart) = happened.restarts;
    tally.of(Outcome::kTakeover) = happened.takeovers;
    tally.of(Outcome::kFenced) = happened.fenced;
    tally.of(Outcome::kTorn) = cluster.backend().torn();
    tally.of(Outcome::kShownLate) = happened.lates_shown;
    for (std::size_t s = 0; s < kSubscriptions; ++s) {
        const Effects& effects = cluster.effects(s);
        tally.of(Outcome::kRedelivery) += effects.redelivered;
        for (const auto& [subject, one] : effects.subjects) {
            tally.of(Outcome::kHandled) += one.done.size();
            for (const auto& [id, failures] : one.failures) {
                tally.of(Outcome::kRetry) += static_cast<std::uint64_t>(failures);
            }
        }
    }
    tally.of(Outcome::kPark) = cluster.parked();
}

}  // namespace

std::vector<std::string> check(const History& history, Cluster& cluster, Tally& tally) {
    Violations violations;
    for (const std::string& text : cluster.violations()) violations.add(text);
    const Ordered ordered = check_ordered(history, cluster, violations);
    const auto expected = expected_of(history, cluster.arrived());
    check_accounts(history, cluster, ordered, expected, violations);
    check_deliveries(history, cluster, ordered, violations);
    const Setup& setup = history.setup;
    if (cluster.in_flight_max() > std::max(setup.in_flight_events_max, setup.homes)) {
        violations.add(fmt::format("bound: {} events in flight", cluster.in_flight_max()));
    }
    count(cluster, tally);
    return std::move(violations).take();
}

}  // namespace sluice::sim
