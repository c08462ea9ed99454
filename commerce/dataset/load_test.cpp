#include "commerce/dataset/load.hpp"

#include "commerce/dataset/shared_data.hpp"
#include "commerce/dataset/test_files.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

using test::RawFiles;

TEST(LoadRaw, JoinsSortsAndTurnsIntoMinorUnitsAndUtc) {
    const auto loaded = RawFiles{}.load();
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    ASSERT_EQ(loaded->orders.size(), 2U);
    const RawOrder& first = loaded->orders[0];
    EXPECT_EQ(first.id, "o1");
    EXPECT_EQ(first.member, "m1");
    EXPECT_EQ(first.status, RawStatus::kDelivered);
    EXPECT_EQ(to_text(first.purchased), "2018-01-01T01:00:00Z");
    EXPECT_EQ(to_text(*first.delivered), "2018-01-09T03:00:00Z");
    EXPECT_EQ(first.items[0], (RawItem{1, "p1", "s1", 1990, 750}));
    EXPECT_EQ(first.items[1], (RawItem{2, "p2", "s1", 29, 0}));
    EXPECT_EQ(first.payments[1], (RawPayment{2, "voucher", 269}));
    EXPECT_EQ(first.goods(), 2019);
    EXPECT_EQ(first.freight(), 750);
    EXPECT_EQ(first.paid(), 2769);
    ASSERT_EQ(first.reviews.size(), 2U);
    EXPECT_EQ(first.reviews[0].id, "r1");  // the same day: by id
    EXPECT_FALSE(loaded->orders[1].approved.has_value());
    EXPECT_TRUE(loaded->orders[1].items.empty());
}

TEST(LoadRaw, AMissingColumnIsNamedWithThoseFound) {
    RawFiles files;
    files[kPaymentsFile] = "order_id,payment_sequential,type,payment_value\n";
    EXPECT_EQ(
        files.error(),
        "olist_order_payments_dataset.csv:1: no column 'payment_type' in the header; its columns "
        "are: "
        "order_id, payment_sequential, type, payment_value"
    );
}

TEST(LoadRaw, WhatCannotBeReadIsToldWithFileLineAndColumn) {
    RawFiles files;
    files[kItemsFile] += "o1,3,p1,s1,x,12.345,0\n";
    EXPECT_EQ(
        files.error(),
        "olist_order_items_dataset.csv:4: price: expected an amount with at most two decimals, "
        "such as "
        "12.30, found '12.345'"
    );
    files = RawFiles{};
    files[kOrdersFile] += "o3,c1,lost,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n";
    EXPECT_EQ(
        files.error(),
        "olist_orders_dataset.csv:4: order_status: expected one of created, approved, processing, "
        "invoiced, shipped, delivered, unavailable, canceled, found 'lost'"
    );
    files = RawFiles{};
    files[kOrdersFile] += "o3,c1,created,02.01.2018,,,,2018-01-20 00:00:00\n";
    EXPECT_EQ(
        files.error(),
        "olist_orders_dataset.csv:4: order_purchase_timestamp: expected a time such as 2017-11-24 "
        "09:30:00, found '02.01.2018'"
    );
    files = RawFiles{};
    files[kReviewsFile] += "r3,o1,6,,,2018-01-10 00:00:00,2018-01-12 00:00:00\n";
    EXPECT_EQ(
        files.error(), "olist_order_reviews_dataset.csv:5: review_score: expected 1 to 5, found '6'"
    );
}

TEST(LoadRaw, ReferencesMustHoldAndNothingComesTwice) {
    RawFiles files;
    files[kItemsFile] += "o9,1,p1,s1,x,1.00,0\n";
    EXPECT_EQ(
        files.error(),
        "olist_order_items_dataset.csv:4: order_id: expected an order of olist_orders_dataset.csv, "
        "found 'o9'"
    );
    files = RawFiles{};
    files[kItemsFile] += "o1,1,p1,s1,x,1.00,0\n";
    EXPECT_EQ(
        files.error(),
        "olist_order_items_dataset.csv:4: order_item_id: expected each item of an order once, "
        "found '1'"
    );
    files = RawFiles{};
    files[kPaymentsFile] += "o1,0,boleto,1,1.00\n";
    EXPECT_NE(files.error().find(":4: payment_sequential: expected 1 or more"), std::string::npos);
    files = RawFiles{};
    files[kCustomersFile] = "customer_id,customer_unique_id\nc2,m1\n";
    EXPECT_NE(files.error().find(":3: customer_id: expected a customer of"), std::string::npos);
    files = RawFiles{};
    files[kOrdersFile] += "o1,c1,created,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n";
    EXPECT_NE(files.error().find(":4: order_id: expected each order once"), std::string::npos);
}

TEST(LoadRaw, RealDataHasItsPublishedFigures) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const auto loaded = load_raw(*real);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    std::size_t items = 0;
    std::size_t payments = 0;
    std::size_t reviews = 0;
    std::int64_t goods = 0;
    std::int64_t freight = 0;
    std::int64_t paid = 0;
    for (const RawOrder& order : loaded->orders) {
        items += order.items.size();
        payments += order.payments.size();
        reviews += order.reviews.size();
        goods += order.goods();
        freight += order.freight();
        paid += order.paid();
    }
    EXPECT_EQ(loaded->orders.size(), 99'441U);
    EXPECT_EQ(items, 112'650U);
    EXPECT_EQ(payments, 103'886U);
    EXPECT_EQ(reviews, 13'413U);
    EXPECT_EQ(goods, 1'359'164'370);
    EXPECT_EQ(freight, 225'190'954);
    EXPECT_EQ(paid, 1'600'887'212);
}

}  // namespace
}  // namespace sluice::commerce
