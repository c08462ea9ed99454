// The real files, with the least additions that make them events: every payment is explained, to
// the cent.
#include "commerce/oracle/csv_rows.hpp"
#include "commerce/oracle/test_world.hpp"

#include <set>

namespace sluice::commerce::oracle::test {
namespace {

namespace fs = std::filesystem;

fs::path real_data() {
    const char* shared =
        std::getenv("SLUICE_SHARED");  // NOLINT(concurrency-mt-unsafe): nobody writes it
    const fs::path root =
        shared != nullptr ? fs::path{shared} : fs::path{SLUICE_SOURCE_DIR} / "../shared";
    return root / "data" / "olist";
}

template <class Use>
void each_row(const char* file, const std::vector<std::string_view>& columns, const Use& use) {
    auto rows = CsvRows::open(real_data() / file, columns);
    ASSERT_TRUE(rows.has_value()) << rows.error().message;
    for (;;) {
        auto row = rows->next();
        ASSERT_TRUE(row.has_value()) << row.error().message;
        if (!row.value()) return;
        use(*rows);
    }
}

/// Placed, paid where money is, and the reviews: no discount, nothing cancelled, nothing sent.
void write_least_additions(const TempFolder& folder) {
    std::map<std::string, std::string> members;
    each_row(
        "olist_customers_dataset.csv",
        {"customer_id", "customer_unique_id"},
        [&](const CsvRows& r) { members[r.field(0)] = r.field(1); }
    );
    std::set<std::string> paid;
    each_row(
        "olist_order_payments_dataset.csv",
        {"order_id", "payment_value"},
        [&](const CsvRows& r) {
            if (r.field(1).find_first_not_of("0.") != std::string::npos) paid.insert(r.field(0));
        }
    );
    std::string orders =
        "order_id,member_id,coupon,platform_discount,seller_discount,points_used\n";
    std::string acts =
        "order_id,source,seq,type,at,happened,depends_on,parcel,seller_id,reason,fault,fee,refund_"
        "of,"
        "review_id,score,created\n";
    constexpr const char* kAt = "2018-01-01T12:00:00Z";
    each_row("olist_orders_dataset.csv", {"order_id", "customer_id"}, [&](const CsvRows& r) {
        orders += fmt::format("{},{},,0,0,0\n", r.field(0), members[r.field(1)]);
        acts += fmt::format("{0},orders,1,order.placed,{1},{1},,,,,,,,,,\n", r.field(0), kAt);
        if (paid.contains(r.field(0))) {
            acts += fmt::format("{0},orders,2,order.paid,{1},{1},,,,,,,,,,\n", r.field(0), kAt);
        }
    });
    std::map<std::string, int> reviews;
    each_row(
        "olist_order_reviews_dataset.csv",
        {"order_id", "review_id", "review_score"},
        [&](const CsvRows& r) {
            acts += fmt::format(
                "{0},reviews,{1},review.complained,{2},{2},,,,,,,,{3},{4},{2}\n",
                r.field(0),
                ++reviews[r.field(0)],
                kAt,
                r.field(1),
                r.field(2)
            );
        }
    );
    std::string items =
        "order_id,order_item_id,line,unit,seller_id,tax_code,tax_bp,commission_bp\n";
    each_row(
        "olist_order_items_dataset.csv",
        {"order_id", "order_item_id", "seller_id"},
        [&](const CsvRows& r) {
            items += fmt::format(
                "{0},{1},{1},1,{2},standard,1800,1200\n", r.field(0), r.field(1), r.field(2)
            );
        }
    );
    folder.write("orders.csv", orders);
    folder.write("items.csv", items);
    folder.write("acts.csv", acts);
    folder.write("act_units.csv", "order_id,source,seq,line,unit\n");
}

TEST(OracleRealData, ControlTotal) {
    if (!fs::exists(real_data())) GTEST_SKIP() << "no real data at " << real_data();
    const TempFolder folder;
    write_least_additions(folder);
    auto oracle =
        Oracle::calculate({.raw = real_data(), .additions = folder.path(), .read_models = {}});
    ASSERT_TRUE(oracle.has_value()) << oracle.error().message;
    const auto total = oracle->control_total();
    ASSERT_TRUE(total.has_value()) << total.error().message;
    EXPECT_EQ(total->listed, 1'584'355'324);
    EXPECT_EQ(total->difference, 287'039);
    EXPECT_EQ(total->without_items, 16'259'195);
    EXPECT_EQ(total->unpaid, 14'346);
    EXPECT_EQ(total->discounts, 0);
    EXPECT_EQ(total->captured, 1'600'887'212);
    EXPECT_EQ(total->total(), total->captured + total->discounts);
    EXPECT_EQ(oracle->database().integer("SELECT COUNT(*) FROM oracle_order_head").value(), 99'441);
    EXPECT_EQ(
        oracle->database().integer("SELECT COUNT(*) FROM oracle_apportionment_unit").value(),
        112'650
    );
    EXPECT_EQ(
        oracle->database()
            .integer("SELECT SUM(amount) FROM oracle_ledger_entry WHERE party = ''")
            .value(),
        -oracle->database()
             .integer("SELECT SUM(amount) FROM oracle_ledger_entry WHERE party <> ''")
             .value()
    );
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
