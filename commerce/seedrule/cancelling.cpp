#include "commerce/seedrule/cancelling.hpp"

#include "commerce/seedrule/durations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::commerce {

namespace {

Act cancelled(UtcTime at, Reason reason, std::vector<UnitRef> units) {
    Act act;
    act.type = ActType::kCancelled;
    act.at = at;
    act.happened = at;
    act.reason = reason;
    act.units = std::move(units);
    std::sort(act.units.begin(), act.units.end());
    return act;
}

}  // namespace

std::vector<UnitRef> Cancelling::all_units() const {
    std::vector<UnitRef> units;
    units.reserve(placed_.units.size());
    for (const PlacedUnit& unit : placed_.units) units.push_back(unit.ref());
    return units;
}

std::vector<UnitRef> Cancelling::shuffled_units() const {
    std::vector<std::pair<std::uint64_t, UnitRef>> keyed;
    for (const UnitRef unit : all_units()) {
        keyed.emplace_back(
            chance_.hash(raw_.id, fmt::format("u{}.{}", unit.line, unit.unit)), unit
        );
    }
    std::sort(keyed.begin(), keyed.end());
    std::vector<UnitRef> units;
    units.reserve(keyed.size());
    for (const auto& [key, unit] : keyed) units.push_back(unit);
    return units;
}

Act Cancelling::as_recorded(UtcTime base) const {
    const std::int64_t hours = 1 + chance_.below(raw_.id, "cancel", 72);
    return cancelled(base + hours * kHour, Reason::kSeller, all_units());
}

Act Cancelling::before_late_payment(UtcTime placed_at) const {
    return cancelled(placed_at + 2 * kHour, Reason::kMember, all_units());
}

std::vector<Act> Cancelling::in_steps(UtcTime base) const {
    const std::vector<UnitRef> units = shuffled_units();
    const auto count = static_cast<std::int64_t>(units.size());
    const bool all = chance_.below(raw_.id, "all", 2) == 0;
    const std::int64_t most = all ? count : count - 1;
    const std::int64_t steps = std::min(2 + chance_.below(raw_.id, "stepcount", 2), most);
    const std::int64_t taken =
        all ? count : steps + chance_.below(raw_.id, "stepunits", count - steps);
    std::vector<Act> acts;
    auto next = units.begin();
    for (std::int64_t step = 0; step < steps; ++step) {
        const std::int64_t size = taken / steps + (step < taken % steps ? 1 : 0);
        acts.push_back(cancelled(base + (step + 1) * kHour, Reason::kMember, {next, next + size}));
        next += size;
    }
    return acts;
}

std::vector<UnitRef> open_units(const OrderPlaced& placed, const std::vector<Act>& cancelled) {
    std::vector<UnitRef> open;
    for (const PlacedUnit& unit : placed.units) {
        const bool gone = std::any_of(cancelled.begin(), cancelled.end(), [&unit](const Act& act) {
            return std::binary_search(act.units.begin(), act.units.end(), unit.ref());
        });
        if (!gone) open.push_back(unit.ref());
    }
    return open;
}

}  // namespace sluice::commerce
