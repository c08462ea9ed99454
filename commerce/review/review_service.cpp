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

/// `_order` holds what a review needs of its order: `sellers` is a TextWriter's count and names.
constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS review_entry (event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL,
  member_id TEXT NOT NULL, kind TEXT NOT NULL, review_id TEXT NOT NULL, score INTEGER NOT NULL,
  created_at TEXT NOT NULL, written_at TEXT NOT NULL, days_after_placed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS review_seller (seller_id TEXT PRIMARY KEY, reviews INTEGER NOT NULL,
  score_sum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _order (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL,
  placed_day INTEGER NOT NULL, sellers TEXT NOT NULL);
)sql";

constexpr std::string_view kInsertOrder =
    "INSERT INTO _order (order_id, member_id, placed_day, sellers) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (order_id) DO NOTHING";

constexpr std::string_view kInsertEntry =
    "INSERT INTO review_entry (event_id, order_id, member_id, kind, review_id, score, created_at, "
    "written_at, days_after_placed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr std::string_view kAddToSeller =
    "INSERT INTO review_seller (seller_id, reviews, score_sum) VALUES (?, 1, ?) "
    "ON CONFLICT (seller_id) DO UPDATE SET reviews = review_seller.reviews + 1, "
    "score_sum = review_seller.score_sum + excluded.score_sum";

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

Handled place(const Policy& policy, const Envelope& envelope, const OrderPlaced& event, Sql& sql) {
    const std::int64_t inserted = sql.execute(
        kInsertOrder,
        {envelope.order, event.member, bday(policy, envelope.time).number, sellers_text(event)}
    );
    return inserted == 1 ? Handled::done() : Handled::dead(reason::kAlreadyPlaced);
}

Handled review(const Policy& policy, const Envelope& envelope, const ReviewGiven& event, Sql& sql) {
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
         bday(policy, envelope.time).number - order.integer(1)}
    );
    TextReader sellers{order.text(2)};
    for (std::size_t left = sellers.count(); left > 0; --left) {
        sql.execute(kAddToSeller, {std::string{sellers.text()}, event.score});
    }
    return sellers.at_end() ? Handled::done() : Handled::dead("damaged _order.sellers");
}

}  // namespace

Service make_review_service(const Policy& policy) {
    Service service{"review"};
    service.schema(std::string{kTables});
    service.on(
        std::string{type::kOrderPlaced},
        handler<OrderPlaced>([policy](
                                 const Envelope& envelope, const OrderPlaced& event, Sql& sql
                             ) { return place(policy, envelope, event, sql); })
    );
    const auto reviews =
        handler<ReviewGiven>([policy](
                                 const Envelope& envelope, const ReviewGiven& event, Sql& sql
                             ) { return review(policy, envelope, event, sql); });
    service.on(std::string{type::kReviewWritten}, reviews);
    service.on(std::string{type::kReviewComplained}, reviews);
    return service;
}

}  // namespace sluice::commerce
