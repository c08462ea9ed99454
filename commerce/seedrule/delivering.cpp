#include "commerce/seedrule/delivering.hpp"

#include "commerce/seedrule/durations.hpp"

#include <algorithm>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kReturnFee = 300;

/// The open units of each seller, sellers by their lowest line over all lines of the order.
std::vector<std::vector<UnitRef>> by_seller(
    const OrderPlaced& placed, const std::vector<UnitRef>& open
) {
    std::vector<std::vector<UnitRef>> parcels;
    for (const Shipping& shipping : placed.shipping) {
        std::vector<UnitRef> units;
        for (const PlacedUnit& unit : placed.units) {
            if (unit.seller != shipping.seller) continue;
            if (std::binary_search(open.begin(), open.end(), unit.ref()))
                units.push_back(unit.ref());
        }
        if (!units.empty()) parcels.push_back(std::move(units));
    }
    return parcels;
}

}  // namespace

std::vector<Act> Delivering::parcels(
    const std::vector<UnitRef>& open, UtcTime base, UtcTime not_before
) const {
    const bool delivered = raw_.status != RawStatus::kShipped;
    const bool late = chance_.happens(raw_.id, "latecourier", 200);
    std::vector<Act> acts;
    std::int32_t k = 0;
    for (auto& units : by_seller(placed_, open)) {
        Act dispatched;
        dispatched.type = ActType::kDispatched;
        dispatched.parcel = ++k;
        dispatched.units = std::move(units);
        dispatched.at =
            std::max(raw_.handed_over.value_or(base + kDay), not_before) + (k - 1) * kHour;
        dispatched.happened = dispatched.at;
        acts.push_back(dispatched);
        if (!delivered) continue;
        Act completed = std::move(dispatched);
        completed.type = ActType::kCompleted;
        completed.happened =
            std::max(raw_.delivered.value_or(raw_.estimated), acts.back().at) + (k - 1) * kDay;
        completed.at = completed.happened + (late ? 20 * kDay : 10 * kMinute);
        acts.push_back(std::move(completed));
    }
    return acts;
}

Act Delivering::returned(const Act& completed, std::vector<UnitRef> units, UtcTime happened) const {
    Act act;
    act.type = ActType::kReturned;
    act.depends_on = completed.seq;
    act.happened = happened;
    act.at = happened + kHour + (chance_.happens(raw_.id, "latereturn", 500) ? 35 * kDay : 0);
    act.units = std::move(units);
    act.fault = chance_.below(raw_.id, "fault", 2) == 0 ? Fault::kWish : Fault::kSeller;
    std::int64_t net = 0;
    for (const PlacedUnit& unit : placed_.units) {
        if (std::binary_search(act.units.begin(), act.units.end(), unit.ref())) net += unit.net;
    }
    if (act.fault == Fault::kWish) act.fee = std::min(kReturnFee, net);
    return act;
}

std::vector<Act> Delivering::some_returns(const Act& completed) const {
    const UtcTime happened = completed.at + (1 + chance_.below(raw_.id, "rdays", 30)) * kDay;
    const std::vector<UnitRef>& units = completed.units;
    if (chance_.below(raw_.id, "rall", 2) == 0) return {returned(completed, units, happened)};
    std::vector<Act> acts{returned(completed, {units.front()}, happened)};
    if (units.size() > 1 && chance_.below(raw_.id, "again", 4) == 0) {
        acts.push_back(returned(completed, {units.begin() + 1, units.end()}, happened + 10 * kDay));
    }
    return acts;
}

Act Delivering::whole_return(const std::vector<Act>& deliveries) const {
    Act last;
    std::vector<UnitRef> units;
    for (const Act& act : deliveries) {
        if (act.type != ActType::kCompleted) continue;
        last = act;
        units.insert(units.end(), act.units.begin(), act.units.end());
    }
    std::sort(units.begin(), units.end());
    const UtcTime happened = last.at + (1 + chance_.below(raw_.id, "rdays", 30)) * kDay;
    Act act = returned(last, std::move(units), happened);
    act.fault = Fault::kSeller;
    act.fee = 0;
    return act;
}

std::vector<Act> Delivering::returns(const std::vector<Act>& deliveries) const {
    const auto first = std::find_if(deliveries.begin(), deliveries.end(), [](const Act& act) {
        return act.type == ActType::kCompleted && act.parcel == 1;
    });
    if (first == deliveries.end()) return {};
    if (raw_.status == RawStatus::kCanceled) return {whole_return(deliveries)};
    if (!chance_.happens(raw_.id, "return", 400)) return {};
    return some_returns(*first);
}

}  // namespace sluice::commerce
