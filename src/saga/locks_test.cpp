#include "saga/locks.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace sluice::saga {
namespace {

const LockKey kCart{"cart", "member-17"};

TEST(SagaLocks, AreOfOneSagaAtATime) {
    Locks locks{2};
    EXPECT_EQ(locks.take(kCart, "a", 1, LockRule::kRefuse), LockAnswer::kYours);
    EXPECT_EQ(locks.take(kCart, "a", 1, LockRule::kRefuse), LockAnswer::kYours);
    EXPECT_EQ(locks.take(kCart, "b", 2, LockRule::kRefuse), LockAnswer::kRefused);
    EXPECT_EQ(*locks.holder(kCart), "a");
    EXPECT_EQ(locks.take({"cart", "member-18"}, "b", 2, LockRule::kRefuse), LockAnswer::kYours);
    EXPECT_EQ(locks.take({"order", "member-17"}, "c", 3, LockRule::kRefuse), LockAnswer::kYours);
    EXPECT_FALSE(locks.give_back(kCart, "a").has_value());
    EXPECT_EQ(locks.holder(kCart), nullptr);
    EXPECT_EQ(locks.size(), 2U);
}

TEST(SagaLocks, GoToWhoCameFirst) {
    Locks locks{2};
    EXPECT_EQ(locks.take(kCart, "a", 1, LockRule::kWait), LockAnswer::kYours);
    EXPECT_EQ(locks.take(kCart, "c", 3, LockRule::kWait), LockAnswer::kQueued);
    EXPECT_EQ(locks.take(kCart, "b", 2, LockRule::kWait), LockAnswer::kQueued);
    EXPECT_EQ(locks.take(kCart, "b", 2, LockRule::kWait), LockAnswer::kQueued);
    EXPECT_EQ(locks.take(kCart, "d", 4, LockRule::kWait), LockAnswer::kFull);
    EXPECT_EQ(locks.give_back(kCart, "a"), "b");
    EXPECT_EQ(locks.give_back(kCart, "b"), "c");
    EXPECT_FALSE(locks.give_back(kCart, "c").has_value());
    EXPECT_EQ(locks.size(), 0U);
}

TEST(SagaLocks, WhoLeavesTheLineIsPassedOver) {
    Locks locks{2};
    EXPECT_EQ(locks.take(kCart, "a", 1, LockRule::kWait), LockAnswer::kYours);
    EXPECT_EQ(locks.take(kCart, "b", 2, LockRule::kWait), LockAnswer::kQueued);
    EXPECT_EQ(locks.take(kCart, "c", 3, LockRule::kWait), LockAnswer::kQueued);
    EXPECT_FALSE(locks.give_back(kCart, "b").has_value());
    EXPECT_FALSE(locks.give_back(kCart, "nobody").has_value());
    EXPECT_FALSE(locks.give_back({"cart", "nobody"}, "a").has_value());
    EXPECT_EQ(locks.give_back(kCart, "a"), "c");
}

TEST(SagaLocks, AreRestoredFromTheSagas) {
    Locks locks{9};
    locks.restore_waiting(kCart, "b", 2);
    locks.restore_holder(kCart, "a");
    locks.restore_waiting(kCart, "c", 3);
    EXPECT_FALSE(locks.next_without_holder().has_value());
    EXPECT_EQ(locks.give_back(kCart, "a"), "b");

    Locks orphaned{9};  // a's end was stored, and b's start not yet
    orphaned.restore_waiting(kCart, "c", 3);
    orphaned.restore_waiting(kCart, "b", 2);
    EXPECT_EQ(orphaned.next_without_holder(), "b");
    EXPECT_FALSE(orphaned.next_without_holder().has_value());
    EXPECT_EQ(*orphaned.holder(kCart), "b");
}

TEST(SagaLocksModel, AreALineForEachKey) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        Locks locks{3};
        std::map<LockKey, std::deque<std::string>> lines;  // the reference: holder in front
        std::vector<std::pair<LockKey, std::string>> there;
        for (std::uint64_t ticket = 1; ticket < 200; ++ticket) {
            if (random() % 2 == 0 || there.empty()) {
                const LockKey key{"k", std::to_string(random() % 5)};
                const std::string saga = std::to_string(ticket);
                auto& line = lines[key];
                const LockRule rule = random() % 3 == 0 ? LockRule::kRefuse : LockRule::kWait;
                LockAnswer wanted = LockAnswer::kQueued;
                if (line.empty()) {
                    wanted = LockAnswer::kYours;
                } else if (rule == LockRule::kRefuse) {
                    wanted = LockAnswer::kRefused;
                } else if (line.size() == 4) {
                    wanted = LockAnswer::kFull;
                }
                ASSERT_EQ(locks.take(key, saga, ticket, rule), wanted);
                if (wanted == LockAnswer::kYours || wanted == LockAnswer::kQueued) {
                    line.push_back(saga);
                    there.emplace_back(key, saga);
                }
                continue;
            }
            const std::size_t who = random() % there.size();
            const auto [key, saga] = there[who];
            there.erase(there.begin() + static_cast<std::ptrdiff_t>(who));
            auto& line = lines[key];
            const bool held = line.front() == saga;
            std::erase(line, saga);
            const auto next = locks.give_back(key, saga);
            ASSERT_EQ(next.has_value(), held && !line.empty());
            if (next) {
                ASSERT_EQ(*next, line.front());
            }
        }
    }
}

}  // namespace
}  // namespace sluice::saga
