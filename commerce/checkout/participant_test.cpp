#include "commerce/checkout/participant.hpp"

#include "commerce/checkout/services.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

using saga::Direction;
using saga::Verdict;

class ParticipantTest : public ::testing::Test {
protected:
    ParticipantTest() { stock.sql().execute("insert into stock (sku, left) values ('x', 2)"); }

    static CheckoutCommand command(const std::string& saga, Direction direction) {
        return {{saga, "reserve", direction}, {"x", "c", "m", 100}};
    }

    Verdict say(const std::string& saga, Direction direction) {
        return stock.carry_out(std::vector{command(saga, direction)}).at(0).verdict;
    }

    std::int64_t left() { return stock.number("select left from stock"); }

    test::TempDir directory;
    Participant stock{Participant::open(directory.file("stock.db"), make_stock()).value()};
};

TEST_F(ParticipantTest, TheSameKeyHasOneEffect) {
    EXPECT_EQ(say("a", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(say("a", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(left(), 1);
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(left(), 2);
}

TEST_F(ParticipantTest, ANoIsForGood) {
    EXPECT_EQ(say("a", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(say("b", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(say("c", Direction::kDo), Verdict::kRefused);
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(say("c", Direction::kDo), Verdict::kRefused) << "though one is left now";
    EXPECT_EQ(say("c", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(left(), 1);
}

TEST_F(ParticipantTest, AnUndoMayComeFirst) {
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(say("a", Direction::kDo), Verdict::kRefused);
    EXPECT_EQ(left(), 2);
}

TEST_F(ParticipantTest, ManyAreOneTransaction) {
    const auto replies = stock.carry_out(std::vector{
        command("a", Direction::kDo),
        command("b", Direction::kDo),
        command("c", Direction::kDo),
        command("a", Direction::kUndo)});
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_EQ(replies[2].verdict, Verdict::kRefused);
    EXPECT_EQ(replies[3].direction, Direction::kUndo);
    EXPECT_EQ(left(), 1);
    EXPECT_EQ(stock.number("select count(*) from reserved"), 1);
}

TEST_F(ParticipantTest, WhatFailsHasDoneNothing) {
    stock.sql().execute("drop table reserved");
    EXPECT_THROW(static_cast<void>(say("a", Direction::kDo)), SqlError);
    EXPECT_EQ(left(), 2);
    EXPECT_EQ(stock.number("select count(*) from seen"), 0);
}

TEST_F(ParticipantTest, RemembersOverARestart) {
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    Participant again{Participant::open(directory.file("stock.db"), make_stock()).value()};
    EXPECT_EQ(
        again.carry_out(std::vector{command("a", Direction::kDo)}).at(0).verdict, Verdict::kRefused
    );
}

TEST(CheckoutPayments, MoveMoneyOrRefuse) {
    const test::TempDir directory;
    auto payments = Participant::open(directory.file("p.db"), make_payments()).value();
    payments.sql().execute("insert into account values ('shop', 0), ('m', 150)");
    const auto pay = [&](const std::string& saga) {
        const CheckoutCommand command{{saga, "authorize", Direction::kDo}, {"x", "c", "m", 100}};
        return payments.carry_out(std::vector{command}).at(0).verdict;
    };
    EXPECT_EQ(pay("a"), Verdict::kDone);
    EXPECT_EQ(pay("b"), Verdict::kRefused);
    EXPECT_EQ(payments.number("select cents from account where name = 'shop'"), 100);
    EXPECT_EQ(payments.number("select cents from account where name = 'm'"), 50);
}

TEST(CheckoutCoupons, AreRedeemedOnceAndGivenBack) {
    const test::TempDir directory;
    auto coupons = Participant::open(directory.file("c.db"), make_coupons()).value();
    coupons.sql().execute("insert into coupon values ('c', 1)");
    const auto say = [&](const std::string& saga, Direction direction) {
        const CheckoutCommand command{{saga, "redeem", direction}, {"x", "c", "m", 100}};
        return coupons.carry_out(std::vector{command}).at(0).verdict;
    };
    EXPECT_EQ(say("a", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(say("b", Direction::kDo), Verdict::kRefused);
    EXPECT_EQ(say("a", Direction::kUndo), Verdict::kDone);
    EXPECT_EQ(say("c", Direction::kDo), Verdict::kDone);
    EXPECT_EQ(coupons.number("select count(*) from redeemed"), 1);
}

TEST(CheckoutOrders, AreNeverRefused) {
    const test::TempDir directory;
    auto orders = Participant::open(directory.file("o.db"), make_orders()).value();
    const CheckoutCommand command{{"a", "place", Direction::kDo}, {"x", "c", "m", 100}};
    for (const saga::Reply& reply : orders.carry_out(std::vector{command, command})) {
        EXPECT_EQ(reply.verdict, Verdict::kDone);
    }
    EXPECT_EQ(orders.number("select count(*) from placed"), 1);
}

TEST(CheckoutSaga, IsADefinition) {
    const saga::Definition definition = checkout_saga();
    EXPECT_TRUE(definition.validate().has_value());
    EXPECT_EQ(definition.pivot(), 2U);
}

TEST(CheckoutBasket, IsReadAsItIsWritten) {
    const Basket basket{"s", "c", "m", 12};
    const auto read = basket_of(to_json(basket));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->member, "m");
    EXPECT_EQ(read->cents, 12);
    EXPECT_FALSE(basket_of("[]").has_value());
    EXPECT_FALSE(basket_of("{}").has_value());
}

}  // namespace
}  // namespace sluice::commerce
