// Every generated value lies within the figures that it is drawn from, and every row is one that
// its neighbours allow.
#include "base/test_seed.hpp"
#include "commerce/csv/temp_file.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/local_time.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/dataset/write.hpp"
#include "commerce/generate/figures.hpp"
#include "commerce/generate/generate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>

namespace sluice::commerce {
namespace {

constexpr std::array kFiles{kOrdersFile, kItemsFile, kPaymentsFile, kCustomersFile, kReviewsFile};
constexpr std::array<std::string_view, 4> kTypes{"credit_card", "boleto", "debit_card", "voucher"};

bool is_id(std::string_view text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool at_midnight(UtcTime time) {
    return to_local_text(time).ends_with(" 00:00:00");
}

/// What a further piece adds cannot be less than nothing, nor more than the table's end.
bool within(std::span<const Quantile> table, std::int64_t value) {
    return table.front().value <= value && value <= table.back().value;
}

void expect_times(const RawOrder& order) {
    const std::string purchased = to_local_text(order.purchased);
    ASSERT_GE(purchased, "2016-09-01 00:00:00");
    ASSERT_LT(purchased, "2018-11-01 00:00:00");
    ASSERT_TRUE(at_midnight(order.estimated));
    if (order.approved) {
        ASSERT_TRUE(within(figures::kApproval, order.approved->seconds - order.purchased.seconds));
        ASSERT_NE(order.status, RawStatus::kCreated);
    }
    const bool sent = order.status == RawStatus::kShipped ||
                      order.status == RawStatus::kDelivered || order.status == RawStatus::kCanceled;
    ASSERT_TRUE(sent || (!order.handed_over && !order.delivered));
    ASSERT_TRUE(order.status != RawStatus::kShipped || !order.delivered);
    if (order.handed_over) {
        const std::int64_t wait =
            order.handed_over->seconds - order.approved.value_or(order.purchased).seconds;
        ASSERT_GE(wait, -10 * 86'400);
        ASSERT_LE(wait, figures::kHandOver.back().value);
    }
}

void expect_items(const RawOrder& order) {
    ASSERT_LE(order.items.size(), figures::kItemWeights.size());
    std::int64_t number = 0;
    for (const RawItem& item : order.items) {
        ASSERT_EQ(item.number, ++number);
        ASSERT_TRUE(is_id(item.product) && is_id(item.seller));
        ASSERT_GE(item.price, 90);
        ASSERT_LT(item.price, figures::kPrice.back().value);
        ASSERT_TRUE(item.freight == 0 || within(figures::kFreight, item.freight));
    }
}

void expect_payments(const RawOrder& order) {
    ASSERT_LE(order.payments.size(), static_cast<std::size_t>(figures::kPaymentsMax) + 1);
    std::int64_t number = 0;
    for (const RawPayment& payment : order.payments) {
        ASSERT_EQ(payment.number, ++number);
        ASSERT_NE(std::find(kTypes.begin(), kTypes.end(), payment.type), kTypes.end());
        // Only the voucher of 0.00, which the real data has a few of, pays nothing.
        ASSERT_TRUE(payment.amount > 0 || (payment.amount == 0 && payment.type == "voucher"));
    }
    if (order.payments.empty()) return;
    const std::int64_t due = order.goods() + order.freight();
    if (order.items.empty()) {
        ASSERT_TRUE(within(figures::kPaidWithoutItems, order.paid()));
    } else {
        ASSERT_TRUE(within(figures::kMismatch, order.paid() - due) || order.paid() == 1);
    }
}

void expect_reviews(const RawOrder& order) {
    ASSERT_LE(order.reviews.size(), 2U);
    for (const RawReview& review : order.reviews) {
        ASSERT_TRUE(is_id(review.id) && at_midnight(review.created));
        ASSERT_TRUE(review.score >= 1 && review.score <= 5);
        ASSERT_TRUE(within(figures::kAnswer, review.answered.seconds - review.created.seconds));
        ASSERT_LE(
            review.created.seconds,
            order.purchased.seconds + figures::kReviewAfterDays.back().value * 86'400
        );
    }
}

TEST(GenerateModel, EveryValueLiesWithinItsFigures) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::set<std::string> ids;
    const RawData data = generate_raw(10'000, seed);
    for (const RawOrder& order : data.orders) {
        SCOPED_TRACE(order.id);
        ASSERT_TRUE(is_id(order.id) && is_id(order.member));
        ASSERT_TRUE(ids.insert(order.id).second);
        ASSERT_NO_FATAL_FAILURE(expect_times(order));
        ASSERT_NO_FATAL_FAILURE(expect_items(order));
        ASSERT_NO_FATAL_FAILURE(expect_payments(order));
        ASSERT_NO_FATAL_FAILURE(expect_reviews(order));
    }
}

TEST(GenerateModel, ALongerRunBeginsWithTheShorterOne) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::map<std::string, RawOrder> longer;
    for (RawOrder& order : generate_raw(900, seed).orders) longer[order.id] = std::move(order);
    for (const std::uint64_t orders : {1U, 2U, 299U, 899U}) {
        for (const RawOrder& order : generate_raw(orders, seed).orders) {
            ASSERT_TRUE(longer.contains(order.id));
            ASSERT_EQ(longer.at(order.id), order);
        }
    }
}

TEST(GenerateModel, TheSameSeedMakesTheSameBytesAndAnotherOthers) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::TempDir dir;
    for (const auto& [folder, of] :
         {std::pair{"a", seed}, std::pair{"b", seed}, std::pair{"c", seed + 1}}) {
        ASSERT_TRUE(write_raw(generate_raw(1'000, of), dir.file(folder)).has_value());
    }
    for (const std::string_view file : kFiles) {
        const std::string first = dir.read(fmt::format("a/{}", file));
        EXPECT_GT(first.size(), 1'000U) << file;
        EXPECT_EQ(first, dir.read(fmt::format("b/{}", file))) << file;
        EXPECT_NE(first, dir.read(fmt::format("c/{}", file))) << file;
    }
}

TEST(Generate, OneOrderIsEnough) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const RawData data = generate_raw(1, seed);
        ASSERT_EQ(data.orders.size(), 1U);
        // The first of each seed is a candidate for the zero order: delivered, free of shipping,
        // paid by card to the cent.
        const RawOrder& order = data.orders.front();
        EXPECT_EQ(order.status, RawStatus::kDelivered);
        EXPECT_EQ(order.freight(), 0);
        EXPECT_EQ(order.paid(), order.goods());
    }
}

/// The hashes of all rows of the five files, header left out.
std::unordered_set<std::size_t> row_hashes(const std::string& directory) {
    std::unordered_set<std::size_t> hashes;
    for (const std::string_view file : kFiles) {
        std::ifstream in{fmt::format("{}/{}", directory, file)};
        std::string line;
        std::getline(in, line);
        while (std::getline(in, line)) {
            if (!line.empty()) hashes.insert(std::hash<std::string>{}(line));
        }
    }
    return hashes;
}

TEST(Generate, NoLineOfItsFilesIsALineOfTheRealOnes) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const test::TempDir dir;
    ASSERT_TRUE(write_raw(generate_raw(5'000, 1), dir.path()).has_value());
    const auto known = row_hashes(*real);
    const auto made = row_hashes(dir.path());
    EXPECT_GT(known.size(), 400'000U);
    EXPECT_GT(made.size(), 15'000U);
    for (const std::size_t hash : made) ASSERT_FALSE(known.contains(hash));
}

}  // namespace
}  // namespace sluice::commerce
