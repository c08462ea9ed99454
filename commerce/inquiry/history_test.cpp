#include "commerce/inquiry/history.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::commerce::inquiry {
namespace {

TEST(History, AViewIsItsText) {
    const std::string text = entry(OrderView{1, 0, 3, 0, 0, 900, 0, 0, 0}) +
                             entry(OrderView{2, 1, 2, 1, 0, 600, 900, 300, -5});
    const auto views = read_views(text);
    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(entry(views[0]) + entry(views[1]), text);
    EXPECT_EQ(views[1].claim, 600);
    EXPECT_EQ(views[1].refund_done, -5);
    EXPECT_EQ(read_views(text.substr(0, text.size() - 2)).size(), 1U);
    EXPECT_TRUE(read_views("").empty());
}

TEST(History, TheViewAtANumberIsTheLastNotBeyondIt) {
    const auto views = read_views(
        entry(OrderView{1, 0, 1, 0, 0, 1, 0, 0, 0}) + entry(OrderView{3, 0, 1, 0, 0, 3, 0, 0, 0})
    );
    EXPECT_FALSE(view_at(views, 0).has_value());
    EXPECT_EQ(view_at(views, 1)->claim, 1);
    EXPECT_EQ(view_at(views, 2)->claim, 1);
    EXPECT_EQ(view_at(views, 3)->claim, 3);
    EXPECT_EQ(view_at(views, 9)->claim, 3);
}

TEST(History, StepsAddUpToANumber) {
    const auto steps = read_steps(
        entry(DeliveryStep{1, 2, 0}) + entry(DeliveryStep{2, 0, 2}) + entry(DeliveryStep{3, 1, 0})
    );
    EXPECT_EQ(moved_until(steps, 0).dispatched, 0);
    EXPECT_EQ(moved_until(steps, 1).dispatched, 2);
    EXPECT_EQ(moved_until(steps, 1).delivered, 0);
    EXPECT_EQ(moved_until(steps, 3).dispatched, 3);
    EXPECT_EQ(moved_until(steps, 3).delivered, 2);
    EXPECT_EQ(moved_until(steps, 3).sequence, 3);
}

OrderView random_view(std::mt19937_64& random, std::int64_t sequence) {
    const auto any = [&random] { return static_cast<std::int64_t>(random()) >> (random() % 64); };
    return {sequence, any(), any(), any(), any(), any(), any(), any(), any()};
}

std::string text_of(const std::vector<OrderView>& views) {
    std::string text;
    for (const OrderView& view : views) text += entry(view);
    return text;
}

TEST(HistoryModel, EveryMomentComesBackAndIsFoundByItsNumber) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 300; ++round) {
        std::vector<OrderView> views;
        std::int64_t sequence = 0;
        for (std::uint64_t left = 1 + random() % 12; left > 0; --left) {
            sequence += 1 + static_cast<std::int64_t>(random() % 3);
            views.push_back(random_view(random, sequence));
        }
        const auto read = read_views(text_of(views));
        ASSERT_EQ(text_of(read), text_of(views));
        for (std::int64_t asked = 0; asked <= sequence + 2; ++asked) {
            const OrderView* wanted = nullptr;
            for (const OrderView& view : views) {
                if (view.sequence <= asked) wanted = &view;
            }
            const auto found = view_at(read, asked);
            ASSERT_EQ(found.has_value(), wanted != nullptr);
            if (found) {
                ASSERT_EQ(entry(*found), entry(*wanted));
            }
        }
    }
}

/// A text that lost its end, or has a byte that is none, ends the list there: what is answered was
/// written.
TEST(HistoryModel, DamageEndsTheListAndInventsNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        std::vector<OrderView> views;
        for (std::int64_t i = 1; i <= 4; ++i) views.push_back(random_view(random, i));
        const std::string text = text_of(views);
        const std::size_t cut = random() % text.size();
        const auto read = read_views(text.substr(0, cut));
        ASSERT_LT(read.size(), views.size());
        ASSERT_EQ(text.find(text_of(read)), 0U);
        std::string spoiled = text;
        spoiled[cut] = 'x';
        const auto before = read_views(spoiled);
        ASSERT_LT(before.size(), views.size());
        ASSERT_EQ(text.find(text_of(before)), 0U);
    }
}

TEST(History, StepsOfDamagedTextEndThere) {
    const std::string text = entry(DeliveryStep{1, 2, 0}) + entry(DeliveryStep{2, 0, 2});
    EXPECT_EQ(read_steps(text).size(), 2U);
    EXPECT_EQ(read_steps(text + "3 1").size(), 2U);
    EXPECT_EQ(read_steps("x" + text).size(), 0U);
    EXPECT_TRUE(read_steps("").empty());
}

}  // namespace
}  // namespace sluice::commerce::inquiry
