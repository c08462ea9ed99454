// What a failed read means to a member of a group: retention takes only what the group has
// consumed.

#include "runtime/domain/retry_open.hpp"

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace sluice::runtime {
namespace {

constexpr std::string_view kGroup = "g";

/// t/0 holds five records; the group has consumed four of them, and retention has taken three.
class AfterAFailedRead : public testing::Test {
protected:
    void SetUp() override {
        log_ = log::test::open_or_fail(log::test::test_options(scratch_.path()));
        ASSERT_TRUE(log_->create_topic({"t", 1}).has_value());
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(log::test::publish_text(*log_, at_, "x"));
        const auto lease = log_->take(kGroup, {HomeId{0}});
        ASSERT_TRUE(lease.has_value());
        ASSERT_TRUE(lease.value()->commit({{HomeId{0}}, {}, {{HomeId{0}, at_, Offset{4}}}, {}}));
        ASSERT_TRUE(log_->trim(at_, Offset{3}).has_value());
    }

    /// What a member says that reads on at `next`.
    [[nodiscard]] Error error_at(Offset next, std::string_view group) const {
        const auto read = log_->read(at_, next, {});
        return read ? Error{} : after_failed_read(*log_, group, at_, next, read.error());
    }

    log::test::ScratchDirectory scratch_;
    std::unique_ptr<log::Log> log_;
    const log::PartitionRef at_{"t", PartitionId{0}};
};

TEST_F(AfterAFailedRead, AZombieBehindRetentionIsFencedAndMayComeBack) {
    const Error zombie = error_at(Offset{1}, kGroup);
    EXPECT_EQ(zombie.code, ErrorCode::kFenced) << zombie.message;
    EXPECT_NE(zombie.message.find("another owner has read on"), std::string::npos);
    EXPECT_TRUE(can_reopen(zombie.code));
}

TEST_F(AfterAFailedRead, WhatTheGroupHasNotConsumedAndIsGoneIsNoZombies) {
    EXPECT_EQ(error_at(Offset{1}, "other").code, ErrorCode::kNotFound) << "it has consumed nothing";
    EXPECT_EQ(error_at(Offset{9}, kGroup).code, ErrorCode::kNotFound) << "never written";
    EXPECT_FALSE(can_reopen(ErrorCode::kNotFound));
}

TEST_F(AfterAFailedRead, AnyOtherErrorStaysAsItIs) {
    const Error damage{ErrorCode::kCorrupt, "t/0 offset 1: the record is damaged"};
    const Error same = after_failed_read(*log_, kGroup, at_, Offset{1}, damage);
    EXPECT_EQ(same.code, damage.code);
    EXPECT_EQ(same.message, damage.message);
}

}  // namespace
}  // namespace sluice::runtime
