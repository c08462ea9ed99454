#include "commerce/generate/generate.hpp"

#include "base/test_seed.hpp"
#include "commerce/csv/temp_file.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/dataset/write.hpp"
#include "commerce/generate/draw.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/seedrule/summary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sluice::commerce {
namespace {

TEST(Generate, TheSameSeedMakesTheSameOrdersAnotherMakesOthers) {
    EXPECT_EQ(generate_raw(200, 7), generate_raw(200, 7));
    std::set<std::string> ids;
    for (const RawOrder& order : generate_raw(200, 7).orders) ids.insert(order.id);
    for (const RawOrder& order : generate_raw(200, 8).orders) ids.insert(order.id);
    EXPECT_EQ(ids.size(), 400U);
}

TEST(Generate, OrdersAreThoseOfEveryMachine) {
    // Written down once: a change here is a change of every generated run.
    const RawData data = generate_raw(1'000, 1);
    std::int64_t goods = 0;
    std::int64_t times = 0;
    for (const RawOrder& order : data.orders) {
        goods += order.goods();
        times += order.purchased.seconds % 100'000;
    }
    EXPECT_EQ(data.orders.front().id, "005dfd6dc52edd94b60c83a114f30174");
    EXPECT_EQ(goods, 15'528'262);
    EXPECT_EQ(times, 50'706'355);
}

TEST(Generate, IsReadBackFromItsFiles) {
    const test::TempDir dir;
    const RawData data = generate_raw(2'000, sluice::test::seed());
    ASSERT_TRUE(write_raw(data, dir.path()).has_value());
    const auto loaded = load_raw(dir.path());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded.value(), data);
}

TEST(Generate, LooksLikeTheRealFigures) {
    const RawData data = generate_raw(20'000, 3);
    std::map<std::string, int> count;
    std::set<std::string> members;
    for (const RawOrder& order : data.orders) {
        members.insert(order.member);
        ++count[std::string{to_string(order.status)}];
        if (order.items.empty()) ++count["no items"];
        if (order.items.size() > 1) ++count["several items"];
        if (order.payments.size() > 1) ++count["several payments"];
        const bool differs =
            !order.items.empty() && order.paid() != order.goods() + order.freight();
        if (differs) ++count["differs"];
        if (!order.items.empty() && order.freight() == 0) ++count["free shipping"];
        if (order.handed_over && order.approved && *order.handed_over < *order.approved)
            ++count["clock lies"];
        for (const RawPayment& payment : order.payments) ++count[payment.type];
        if (!order.reviews.empty()) ++count["reviewed"];
    }
    EXPECT_NEAR(count["delivered"], 19'400, 150);  // 97.0 %
    EXPECT_NEAR(count["canceled"], 125, 50);
    EXPECT_NEAR(count["no items"], 156, 50);
    EXPECT_NEAR(count["several items"], 1'970, 200);
    EXPECT_NEAR(count["several payments"], 595, 150);
    EXPECT_NEAR(count["differs"], 115, 60);
    EXPECT_EQ(count["free shipping"], 100);
    EXPECT_NEAR(count["clock lies"], 273, 80);
    EXPECT_NEAR(count["boleto"], 3'980, 250);
    EXPECT_NEAR(count["reviewed"], 2'680, 250);
    EXPECT_NEAR(static_cast<int>(members.size()), 19'330, 120);
}

TEST(Generate, NoRowOfTheRealDataIsInIt) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const auto loaded = load_raw(*real);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    std::set<std::string_view> known;
    for (const RawOrder& order : loaded->orders) {
        known.insert(order.id);
        known.insert(order.member);
        for (const RawItem& item : order.items) {
            known.insert(item.product);
            known.insert(item.seller);
        }
    }
    for (const RawOrder& order : generate_raw(20'000, 1).orders) {
        ASSERT_FALSE(known.contains(order.id));
        ASSERT_FALSE(known.contains(order.member));
        for (const RawItem& item : order.items) {
            ASSERT_FALSE(known.contains(item.product) || known.contains(item.seller));
        }
    }
}

TEST(GenerateModel, TheFloorsHoldForEverySeedAndSize) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Draw sizes{seed};
    for (std::uint64_t round = 0; round < 12; ++round) {
        const auto orders = static_cast<std::uint64_t>(sizes.between(1, round < 6 ? 400 : 4'000));
        const test::Sample sample = test::sample(orders, seed + round);
        const Status floors = check_floors(summarize(sample.raw, sample.additions));
        ASSERT_TRUE(floors.has_value()) << orders << " orders: " << floors.error().message;
    }
}

}  // namespace
}  // namespace sluice::commerce
