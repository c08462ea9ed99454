#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

#include <string_view>

namespace sluice::commerce {

/// Its statements that databases have different words for.
struct ReviewSql {
    std::string_view tables;
    std::string_view insert_order;   ///< changes no row when the order is there
    std::string_view add_to_seller;  ///< a seller and a score
};

[[nodiscard]] const ReviewSql& review_sql();  ///< SQLite's and PostgreSQL's
[[nodiscard]] const ReviewSql& review_sql_of_mysql();

/// What buyers say: `review_entry` and, over all of a seller's orders, `review_seller`.
/// Rows: docs/commerce/read-models.md, "review".
[[nodiscard]] Service make_review_service(
    const Policy& policy, const ReviewSql& sql = review_sql()
);

}  // namespace sluice::commerce
