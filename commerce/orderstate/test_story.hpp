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

    Event dispatched(std::string_view time, std::string seller, std::vector<UnitRef> units) {
        const int parcel = parcel_of(seller);
        return at(time).dispatched(parcel, std::move(seller), std::move(units));
    }

    Event completed(
        std::string_view time,
        std::string seller,
        std::vector<UnitRef> units,
        std::string_view happened = ""
    ) {
        const UtcTime when = parse_time(happened.empty() ? time : happened).value();
        const int parcel = parcel_of(seller);
        return at(time).completed(parcel, std::move(seller), std::move(units), when, 0);
    }

    Event review(std::string_view time, std::string_view type, std::int64_t score) {
        return at(time).review(type, score);
    }

private:
    int parcel_of(const std::string& seller) {
        return parcels_.try_emplace(seller, static_cast<int>(parcels_.size()) + 1).first->second;
    }

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
