#include "commerce/dataset/load.hpp"

#include "commerce/csv/temp_file.hpp"
#include "commerce/dataset/shared_data.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

/// Five small files; a test replaces one of them.
struct Files {
    std::string customers = "customer_id,customer_unique_id\nc1,m1\nc2,m1\n";
    std::string orders =
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n"
        "o2,c2,canceled,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n"
        "o1,c1,delivered,2017-12-31 22:00:00,2017-12-31 23:00:00,2018-01-02 00:00:00,2018-01-09 "
        "00:00:00,2018-01-20 00:00:00\n";
    std::string items =
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
        "o1,2,p2,s1,x,0.29,0.00\no1,1,p1,s1,x,19.90,7.5\n";
    std::string payments =
        "order_id,payment_sequential,payment_type,payment_installments,payment_value\n"
        "o1,2,voucher,1,2.69\no1,1,credit_card,1,25.00\n";
    std::string reviews =
        "review_id,order_id,review_score,review_comment_title,review_comment_message,"
        "review_creation_date,review_answer_timestamp\n"
        "r2,o1,5,,\"good,\nvery\",2018-01-10 00:00:00,2018-01-11 00:00:00\n"
        "r1,o1,1,,,2018-01-10 00:00:00,2018-01-12 00:00:00\n";
};

Result<RawData> load(const Files& files) {
    const test::TempDir dir;
    dir.write(kCustomersFile, files.customers);
    dir.write(kOrdersFile, files.orders);
    dir.write(kItemsFile, files.items);
    dir.write(kPaymentsFile, files.payments);
    dir.write(kReviewsFile, files.reviews);
    auto loaded = load_raw(dir.path());
    if (loaded) return loaded;
    return Error{loaded.error().code, loaded.error().message.substr(dir.path().size() + 1)};
}

std::string error_of(const Files& files) {
    const auto loaded = load(files);
    return loaded ? "" : loaded.error().message;
}

TEST(LoadRaw, JoinsSortsAndTurnsIntoMinorUnitsAndUtc) {
    const auto loaded = load(Files{});
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

TEST(LoadRaw, AMissingFileIsNamed) {
    const auto loaded = load_raw("/nowhere");
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().code, ErrorCode::kNotFound);
    EXPECT_NE(loaded.error().message.find(kCustomersFile), std::string::npos);
}

TEST(LoadRaw, AMissingColumnIsNamedWithThoseFound) {
    Files files;
    files.payments = "order_id,payment_sequential,type,payment_value\n";
    EXPECT_EQ(
        error_of(files),
        "olist_order_payments_dataset.csv:1: no column 'payment_type' in the header; its columns "
        "are: "
        "order_id, payment_sequential, type, payment_value"
    );
}

TEST(LoadRaw, WhatCannotBeReadIsToldWithFileLineAndColumn) {
    Files files;
    files.items += "o1,3,p1,s1,x,12.345,0\n";
    EXPECT_EQ(
        error_of(files),
        "olist_order_items_dataset.csv:4: price: expected an amount with at most two decimals, "
        "such as "
        "12.30, found '12.345'"
    );
    files = Files{};
    files.orders += "o3,c1,lost,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n";
    EXPECT_EQ(
        error_of(files),
        "olist_orders_dataset.csv:4: order_status: expected one of created, approved, processing, "
        "invoiced, shipped, delivered, unavailable, canceled, found 'lost'"
    );
    files = Files{};
    files.orders += "o3,c1,created,02.01.2018,,,,2018-01-20 00:00:00\n";
    EXPECT_EQ(
        error_of(files),
        "olist_orders_dataset.csv:4: order_purchase_timestamp: expected a time such as 2017-11-24 "
        "09:30:00, found '02.01.2018'"
    );
    files = Files{};
    files.reviews += "r3,o1,6,,,2018-01-10 00:00:00,2018-01-12 00:00:00\n";
    EXPECT_EQ(
        error_of(files),
        "olist_order_reviews_dataset.csv:5: review_score: expected 1 to 5, found '6'"
    );
}

TEST(LoadRaw, ReferencesMustHoldAndNothingComesTwice) {
    Files files;
    files.items += "o9,1,p1,s1,x,1.00,0\n";
    EXPECT_EQ(
        error_of(files),
        "olist_order_items_dataset.csv:4: order_id: expected an order of olist_orders_dataset.csv, "
        "found 'o9'"
    );
    files = Files{};
    files.items += "o1,1,p1,s1,x,1.00,0\n";
    EXPECT_EQ(
        error_of(files),
        "olist_order_items_dataset.csv:4: order_item_id: expected each item of an order once, "
        "found '1'"
    );
    files = Files{};
    files.payments += "o1,0,boleto,1,1.00\n";
    EXPECT_NE(
        error_of(files).find(":4: payment_sequential: expected 1 or more"), std::string::npos
    );
    files = Files{};
    files.customers = "customer_id,customer_unique_id\nc2,m1\n";
    EXPECT_NE(error_of(files).find(":3: customer_id: expected a customer of"), std::string::npos);
    files = Files{};
    files.orders += "o1,c1,created,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n";
    EXPECT_NE(error_of(files).find(":4: order_id: expected each order once"), std::string::npos);
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
