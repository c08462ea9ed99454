#include "commerce/review/review_service.hpp"

namespace sluice::commerce {

namespace {

/// `_order` holds what a review needs of its order: `sellers` is a TextWriter's count and names.
constexpr ReviewSql kSql{
    R"sql(
CREATE TABLE IF NOT EXISTS review_entry (event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL,
  member_id TEXT NOT NULL, kind TEXT NOT NULL, review_id TEXT NOT NULL, score INTEGER NOT NULL,
  created_at TEXT NOT NULL, written_at TEXT NOT NULL, days_after_placed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS review_seller (seller_id TEXT PRIMARY KEY, reviews INTEGER NOT NULL,
  score_sum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _order (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL,
  placed_day INTEGER NOT NULL, sellers TEXT NOT NULL);
)sql",
    "INSERT INTO _order (order_id, member_id, placed_day, sellers) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (order_id) DO NOTHING",
    "INSERT INTO review_seller (seller_id, reviews, score_sum) VALUES (?, 1, ?) "
    "ON CONFLICT (seller_id) DO UPDATE SET reviews = review_seller.reviews + 1, "
    "score_sum = review_seller.score_sum + excluded.score_sum"};

/// A key is no TEXT there.
constexpr ReviewSql kMysql{
    R"sql(
CREATE TABLE IF NOT EXISTS review_entry (event_id VARCHAR(200) PRIMARY KEY, order_id TEXT NOT NULL,
  member_id TEXT NOT NULL, kind TEXT NOT NULL, review_id TEXT NOT NULL, score INTEGER NOT NULL,
  created_at TEXT NOT NULL, written_at TEXT NOT NULL, days_after_placed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS review_seller (seller_id VARCHAR(200) PRIMARY KEY,
  reviews INTEGER NOT NULL, score_sum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _order (order_id VARCHAR(200) PRIMARY KEY, member_id TEXT NOT NULL,
  placed_day INTEGER NOT NULL, sellers TEXT NOT NULL);
)sql",
    "INSERT IGNORE INTO _order (order_id, member_id, placed_day, sellers) VALUES (?, ?, ?, ?)",
    "INSERT INTO review_seller (seller_id, reviews, score_sum) VALUES (?, 1, ?) "
    "ON DUPLICATE KEY UPDATE reviews = reviews + 1, score_sum = score_sum + VALUES(score_sum)"};

}  // namespace

const ReviewSql& review_sql() {
    return kSql;
}

const ReviewSql& review_sql_of_mysql() {
    return kMysql;
}

}  // namespace sluice::commerce
