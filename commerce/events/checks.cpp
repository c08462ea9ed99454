#include "commerce/events/checks.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>

namespace sluice::commerce {

namespace {

bool wrong(JsonReader& in, std::string_view field, std::string_view what) {
    in.fail(what);
    return in.inside(field);
}

bool ascending(JsonReader& in, const std::vector<UnitRef>& units) {
    const auto stop = std::adjacent_find(units.begin(), units.end(), std::greater_equal<>{});
    return stop == units.end() ||
           wrong(in, "units", "expected units in ascending order, each once");
}

bool has_seller(const std::vector<Shipping>& shipping, std::string_view seller) {
    return std::any_of(shipping.begin(), shipping.end(), [&](const Shipping& entry) {
        return entry.seller == seller;
    });
}

}  // namespace

bool check(JsonReader& in, const OrderPlaced& event) {
    for (std::size_t i = 0; i < event.units.size(); ++i) {
        const PlacedUnit& unit = event.units[i];
        if (i > 0 && event.units[i - 1].ref() >= unit.ref()) {
            return wrong(in, "units", "expected units in ascending order, each once");
        }
        if (!has_seller(event.shipping, unit.seller)) {
            return wrong(in, "shipping", "a unit's seller is not among the sellers");
        }
    }
    for (auto it = event.shipping.begin(); it != event.shipping.end(); ++it) {
        const bool again = std::any_of(event.shipping.begin(), it, [&](const Shipping& entry) {
            return entry.seller == it->seller;
        });
        if (again) return wrong(in, "shipping", "expected each seller once");
        const bool sells =
            std::any_of(event.units.begin(), event.units.end(), [&](const PlacedUnit& unit) {
                return unit.seller == it->seller;
            });
        if (!sells) return wrong(in, "shipping", "a seller without a unit");
    }
    return true;
}

bool check(JsonReader& in, const OrderPaid& event) {
    return event.captured == event.card + event.voucher ||
           wrong(in, "captured", "expected the sum of card and voucher");
}

bool check(JsonReader& in, const OrderCancelled& event) {
    const bool known =
        event.reason == "member" || event.reason == "seller" || event.reason == "platform";
    if (!known) return wrong(in, "reason", "expected member, seller or platform");
    return ascending(in, event.units);
}

bool check(JsonReader& in, const OrderReturned& event) {
    const bool known = event.fault == "wish" || event.fault == "seller";
    if (!known) return wrong(in, "fault", "expected wish or seller");
    if (event.fault == "seller" && event.fee != 0) {
        return wrong(in, "fee", "expected 0 where the fault is the seller's");
    }
    if (event.units.empty()) return wrong(in, "units", "expected a unit");
    return ascending(in, event.units);
}

bool check(JsonReader& in, const OrderRefunded& event) {
    return event.card + event.voucher > 0 || wrong(in, "card", "expected card or voucher above 0");
}

bool check(JsonReader& in, const DeliveryDispatched& event) {
    return ascending(in, event.units);
}

bool check(JsonReader& in, const DeliveryCompleted& event) {
    return ascending(in, event.units);
}

bool check(JsonReader& in, const ReviewGiven& event) {
    return (event.score >= 1 && event.score <= 5) || wrong(in, "score", "expected 1 to 5");
}

bool check(JsonReader& in, const DayClosed& event) {
    const auto first = event.published.begin();
    for (auto it = first; it != event.published.end(); ++it) {
        const bool again =
            std::any_of(first, it, [&](const TypeCount& entry) { return entry.type == it->type; });
        if (again) return wrong(in, "published", "expected each type once");
    }
    return true;
}

}  // namespace sluice::commerce
