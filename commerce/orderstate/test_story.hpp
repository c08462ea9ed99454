#pragma once

#include <sluice/event.hpp>

#include "commerce/events/codec.hpp"
#include "commerce/orderstate/placing.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

/// A unit to place: line 1, unit 1, of a seller, for a price.
inline PlacingUnit unit(
    std::int64_t line,
    std::int64_t number,
    std::string seller,
    std::int64_t price,
    std::int64_t tax_bp = 0,
    std::int64_t commission_bp = 0
) {
    const std::string product = fmt::format("p-{}", line);
    return PlacingUnit{
        UnitRef{line, number},
        std::move(seller),
        product,
        price,
        fmt::format("t{}", tax_bp),
        tax_bp,
        commission_bp};
}

/// The events of one order, as the producers publish them: numbers, ids and stamps count up by
/// themselves. Times are given as they stand in the event.
class Story {
public:
    explicit Story(std::string order) : order_{std::move(order)} {}

    Event placed(std::string_view time, const PlacingInput& input) {
        return orders("order.placed", time, encode(place(input).value()));
    }

    Event paid(std::string_view time, std::int64_t card, std::int64_t voucher = 0) {
        OrderPaid paid{{}, card, voucher, card + voucher};
        if (card > 0) paid.tenders.push_back(Tender{1, "credit_card", card});
        if (voucher > 0) paid.tenders.push_back(Tender{2, "voucher", voucher});
        return orders("order.paid", time, encode(paid));
    }

    Event cancelled(std::string_view time, std::vector<UnitRef> units) {
        return orders("order.cancelled", time, encode(OrderCancelled{std::move(units), "member"}));
    }

    Event returned(
        std::string_view time,
        std::vector<UnitRef> units,
        std::string fault = "wish",
        std::int64_t fee = 0
    ) {
        const UtcTime happened = parse_time(time).value();
        Event event = orders(
            "order.returned",
            time,
            encode(OrderReturned{std::move(units), std::move(fault), fee, happened})
        );
        event.extensions["dependson"] = fmt::format("/deliveries {}", deliveries_);
        return event;
    }

    Event refunded(
        std::string_view time, std::int64_t of, std::int64_t card, std::int64_t voucher = 0
    ) {
        return orders("order.refunded", time, encode(OrderRefunded{of, card, voucher}));
    }

    Event dispatched(std::string_view time, std::string seller, std::vector<UnitRef> units) {
        const DeliveryDispatched parcel{
            fmt::format("{}-{}", order_, seller), seller, std::move(units)};
        return deliveries("delivery.dispatched", time, encode(parcel));
    }

    Event completed(
        std::string_view time,
        std::string seller,
        std::vector<UnitRef> units,
        std::string_view happened = ""
    ) {
        const UtcTime at = parse_time(happened.empty() ? time : happened).value();
        const DeliveryCompleted parcel{
            fmt::format("{}-{}", order_, seller), seller, std::move(units), at};
        return deliveries("delivery.completed", time, encode(parcel));
    }

private:
    Event orders(std::string_view type, std::string_view time, std::string data) {
        return event("/orders", "orders", ++orders_, type, time, std::move(data));
    }

    Event deliveries(std::string_view type, std::string_view time, std::string data) {
        Event made = event("/deliveries", "deliveries", ++deliveries_, type, time, std::move(data));
        made.extensions["dependson"] = fmt::format("/orders {}", orders_);
        return made;
    }

    [[nodiscard]] Event event(
        std::string_view source,
        std::string_view word,
        int number,
        std::string_view type,
        std::string_view time,
        std::string data
    ) const {
        Event made;
        made.id = fmt::format("{}.{}.{}", order_, word, number);
        made.source = source;
        made.type = type;
        made.subject = order_;
        made.time = std::string{time};
        made.datacontenttype = "application/json";
        made.extensions["sourcesequence"] = std::to_string(number);
        made.data = std::move(data);
        return made;
    }

    std::string order_;
    int orders_{0};
    int deliveries_{0};
};

/// The calendar's word on a day.
inline Event day_closed(int number, std::string_view day, std::vector<TypeCount> published) {
    Event event;
    event.id = fmt::format("calendar.{}", day);
    event.source = "/calendar";
    event.type = "day.closed";
    event.subject = "calendar";
    event.time = fmt::format("{}T03:00:00Z", day);
    event.extensions["sourcesequence"] = std::to_string(number);
    event.data = encode(DayClosed{parse_day(day).value(), std::move(published)});
    return event;
}

}  // namespace sluice::commerce::test
