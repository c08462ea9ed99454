#include "commerce/review/review_service.hpp"

#include "commerce/events/envelope.hpp"
#include "commerce/events/reasons.hpp"
#include "commerce/orderstate/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kInsertEntry =
    "INSERT INTO review_entry (event_id, order_id, member_id, kind, review_id, score, created_at, "
    "written_at, days_after_placed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// The distinct sellers of the units as placed.
std::string sellers_text(const OrderPlaced& event) {
    std::vector<std::string_view> sellers;
    for (const PlacedUnit& unit : event.units) {
        const bool first = std::find(sellers.begin(), sellers.end(), unit.seller) == sellers.end();
        if (first) sellers.emplace_back(unit.seller);
    }
    TextWriter out;
    out.number(static_cast<std::int64_t>(sellers.size()));
    for (const std::string_view seller : sellers) out.text(seller);
    return out.take();
}

struct Rules {
    Policy policy;
    ReviewSql sql;
};

Handled place(const Rules& rules, const Envelope& envelope, const OrderPlaced& event, Sql& sql) {
    const Policy& policy = rules.policy;
    const std::int64_t inserted = sql.execute(
        rules.sql.insert_order,
        {envelope.order, event.member, bday(policy, envelope.time).number, sellers_text(event)}
    );
    return inserted == 1 ? Handled::done() : Handled::dead(reason::kAlreadyPlaced);
}

Handled review(const Rules& rules, const Envelope& envelope, const ReviewGiven& event, Sql& sql) {
    const auto rows = sql.query(
        "SELECT member_id, placed_day, sellers FROM _order WHERE order_id = ?", {envelope.order}
    );
    if (rows.empty()) return Handled::dead(reason::kUnknownOrder);
    const SqlRow& order = rows.front();
    sql.execute(
        kInsertEntry,
        {envelope.id,
         envelope.order,
         order.text(0),
         std::string{envelope.type == type::kReviewWritten ? "written" : "complained"},
         event.review,
         event.score,
         to_text(event.created),
         to_text(envelope.time),
         bday(rules.policy, envelope.time).number - order.integer(1)}
    );
    TextReader sellers{order.text(2)};
    for (std::size_t left = sellers.count(); left > 0; --left) {
        sql.execute(rules.sql.add_to_seller, {std::string{sellers.text()}, event.score});
    }
    return sellers.at_end() ? Handled::done() : Handled::dead("damaged _order.sellers");
}

}  // namespace

Service make_review_service(const Policy& policy, const ReviewSql& sql) {
    const Rules rules{policy, sql};
    Service service{"review"};
    service.schema(std::string{sql.tables});
    service.on(
        std::string{type::kOrderPlaced},
        handler<OrderPlaced>([rules](
                                 const Envelope& envelope, const OrderPlaced& event, Sql& tables
                             ) { return place(rules, envelope, event, tables); })
    );
    const auto reviews =
        handler<ReviewGiven>([rules](
                                 const Envelope& envelope, const ReviewGiven& event, Sql& tables
                             ) { return review(rules, envelope, event, tables); });
    service.on(std::string{type::kReviewWritten}, reviews);
    service.on(std::string{type::kReviewComplained}, reviews);
    return service;
}

}  // namespace sluice::commerce
