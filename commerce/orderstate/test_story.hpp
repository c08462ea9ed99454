#pragma once

#include <sluice/event.hpp>

#include "commerce/orderstate/test_order.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

/// A unit to place, with its rates: line 1, unit 1, of a seller, for a price.
inline PlacingUnit rated_unit(
    UnitRef ref,
    std::string seller,
    std::int64_t price,
    std::int64_t tax_bp = 0,
    std::int64_t commission_bp = 0
) {
    return PlacingUnit{
        ref,
        std::move(seller),
        fmt::format("p-{}", ref.line),
        price,
        fmt::format("t{}", tax_bp),
        tax_bp,
        commission_bp};
}

/// An order of these units, and nothing else.
inline PlacingInput order_of(std::vector<PlacingUnit> units, std::vector<Shipping> shipping = {}) {
    PlacingInput input;
    input.member = "m-1";
    input.currency = "BRL";
    input.units = std::move(units);
    input.shipping = std::move(shipping);
    return input;
}

/// A TestOrder whose events are told with their times.
class Story {
public:
    explicit Story(std::string order) : id_{std::move(order)} {}

    Event placed(std::string_view time, PlacingInput input) {
        order_.emplace(std::move(input), id_, time);
        return order_->placed();
    }

    Event paid(std::string_view time, std::int64_t card, std::int64_t voucher = 0) {
        return at(time).paid(card, voucher);
    }

    Event cancelled(std::string_view time, std::vector<UnitRef> units) {
        return at(time).cancelled(std::move(units));
    }

    Event returned(
        std::string_view time,
        std::vector<UnitRef> units,
        std::string fault = "wish",
        std::int64_t fee = 0
    ) {
        return at(time).returned(std::move(units), std::move(fault), fee);
    }

    Event refunded(
        std::string_view time, std::int64_t of, std::int64_t card, std::int64_t voucher = 0
    ) {
        return at(time).refunded(of, card, voucher);
    }

    Event completed(
        std::string_view time,
        std::string seller,
        std::vector<UnitRef> units,
        std::string_view happened = ""
    ) {
        const UtcTime when = parse_time(happened.empty() ? time : happened).value();
        const int parcel =
            parcels_.try_emplace(seller, static_cast<int>(parcels_.size()) + 1).first->second;
        return at(time).completed(parcel, std::move(seller), std::move(units), when, 0);
    }

private:
    TestOrder& at(std::string_view time) {
        order_->set_time(time);
        return *order_;
    }

    std::string id_;
    std::optional<TestOrder> order_;
    std::map<std::string, int> parcels_;
};

/// The calendar's word on a day.
inline Event day_closed(int number, std::string_view day, std::vector<TypeCount> published) {
    Event event;
    event.id = fmt::format("calendar.{}", day);
    event.source = "/calendar";
    event.type = type::kDayClosed;
    event.subject = "calendar";
    event.time = fmt::format("{}T03:00:00Z", day);
    event.extensions["sourcesequence"] = std::to_string(number);
    event.data = encode(DayClosed{parse_day(day).value(), std::move(published)});
    return event;
}

}  // namespace sluice::commerce::test
