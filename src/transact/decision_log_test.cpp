#include "transact/decision_log.hpp"

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

namespace sluice::transact {
namespace {

using twophase::Decision;

class DecisionLogTest : public ::testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<DecisionLog> open(const std::string& coordinator = "points") {
        auto opened = DecisionLog::open(*log, coordinator);
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return opened ? std::move(opened).value() : nullptr;
    }

    log::test::ScratchDirectory scratch;
    std::unique_ptr<log::Log> log =
        log::test::open_or_fail(log::test::test_options(scratch.path()));
};

Decision decision(std::uint64_t number) {
    return {{1, number}, {{"north", false}, {"south", false}}};
}

TEST_F(DecisionLogTest, EachOpeningIsAnotherEpoch) {
    EXPECT_EQ(recorded_in(*log, "points")->epoch, 0U);
    for (std::uint32_t before = 0; before < 3; ++before) {
        const auto one = open();
        EXPECT_EQ(one->epoch(), before);
        ASSERT_TRUE(one->begin_epoch());
        EXPECT_EQ(one->epoch(), before + 1);
    }
    EXPECT_EQ(open()->epoch(), 3U) << "who begins none counts for nothing";
    EXPECT_EQ(recorded_in(*log, "points")->epoch, 3U);
    EXPECT_EQ(open("coupons")->epoch(), 0U);
    EXPECT_EQ(recorded_in(*log, "coupons")->epoch, 0U);
}

TEST_F(DecisionLogTest, KeepsWhatIsDecidedUntilItHasEnded) {
    const auto first = open();
    ASSERT_TRUE(first->begin_epoch());
    ASSERT_TRUE(first->write({decision(2), decision(1), decision(300)}, {}));
    ASSERT_TRUE(first->write({decision(4)}, {{1, 1}}));
    ASSERT_TRUE(first->write({}, {})) << "nothing is a write, too";
    const std::vector<Decision> left{decision(2), decision(4), decision(300)};
    EXPECT_EQ(open()->decisions(), left);
    EXPECT_EQ(recorded_in(*log, "points")->decisions, left);
}

TEST_F(DecisionLogTest, ReadsPageByPage) {
    const auto first = open();
    ASSERT_TRUE(first->begin_epoch());
    std::vector<Decision> many;
    for (std::uint64_t number = 1; number <= 1'234; ++number) many.push_back(decision(number));
    ASSERT_TRUE(first->write(many, {}));
    EXPECT_EQ(open()->decisions(), many);
    EXPECT_EQ(recorded_in(*log, "points")->decisions, many);
}

TEST_F(DecisionLogTest, WhoWasItBeforeIsFenced) {
    const auto before = open();
    ASSERT_TRUE(before->begin_epoch());
    const auto now = open();
    const Status late = before->write({decision(1)}, {});
    EXPECT_EQ(late.error().code, ErrorCode::kFenced);
    EXPECT_TRUE(recorded_in(*log, "points")->decisions.empty());
}

}  // namespace
}  // namespace sluice::transact
