// Who holds which home within one process, without a broker: a group that was not joined.

#include "log/kafka/group.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::log::kafka {
namespace {

constexpr HomeId kOne{1};
constexpr HomeId kTwo{2};

class GroupTest : public testing::Test {
protected:
    [[nodiscard]] std::shared_ptr<Tenure> take(std::vector<HomeId> homes) {
        auto taken = group_.take(std::move(homes));
        EXPECT_TRUE(taken.has_value()) << taken.error().message;
        return taken ? taken.value() : nullptr;
    }

    KafkaLogOptions options_{[] {
        KafkaLogOptions options;
        options.prefix = "p.";
        options.instance = "one";
        return options;
    }()};
    Trouble trouble_;
    Topics topics_{nullptr, options_};
    ChangeSignal changed_;
    Group group_{options_, trouble_, topics_, changed_, "g"};
};

TEST_F(GroupTest, TheLastTakerHasTheHomeAndTheOthersAreOver) {
    const auto first = take({kOne, kTwo});
    EXPECT_TRUE(first->check());
    EXPECT_FALSE(group_.is_held(kOne)) << "its state is not restored yet";
    first->note_restored();
    EXPECT_TRUE(group_.is_held(kOne));
    const auto second = take({kTwo});
    ASSERT_FALSE(first->check());
    EXPECT_EQ(first->check().error().code, ErrorCode::kFenced);
    EXPECT_TRUE(second->check());
    const auto third = take({kOne});
    EXPECT_TRUE(second->check()) << "another home";
    EXPECT_TRUE(third->check());
}

TEST_F(GroupTest, GivingBackTakesNothingFromALaterTaker) {
    const auto first = take({kOne});
    const auto second = take({kOne});
    second->note_restored();
    group_.give_back(first);
    EXPECT_TRUE(group_.is_held(kOne));
    EXPECT_TRUE(second->check());
    group_.give_back(second);
    EXPECT_FALSE(group_.is_held(kOne));
}

TEST_F(GroupTest, EachLeaseHasAnIdOfItsOwnAndIdsComeBack) {
    const auto first = take({kOne});
    const auto second = take({kTwo});
    EXPECT_EQ(group_.transactional_id(*first), "p.g.one.0");
    EXPECT_EQ(group_.transactional_id(*second), "p.g.one.1");
    const auto fenced = take({kOne});
    EXPECT_EQ(group_.transactional_id(*fenced), "p.g.one.2") << "the first is not given back yet";
    group_.give_back(first);
    const auto next = take({kTwo});
    EXPECT_EQ(group_.transactional_id(*next), "p.g.one.0");
}

/// Whoever takes a home waits for the step of its holder.
TEST_F(GroupTest, ATakerWaitsForTheStepUnderWay) {
    const auto first = take({kOne});
    std::atomic<bool> step_ended{false};
    std::atomic<bool> taken{false};
    first->turn.lock();
    std::jthread taker{[&] {
        const auto second = take({kOne});
        EXPECT_TRUE(step_ended.load());
        taken = true;
    }};
    while (first->check()) std::this_thread::yield();  // it is over, and its step is not
    EXPECT_FALSE(taken.load());
    step_ended = true;
    first->turn.unlock();
    taker.join();
    EXPECT_TRUE(taken.load());
}

TEST_F(GroupTest, AGroupThatWasNotJoinedHasNoShare) {
    EXPECT_EQ(group_.round(), 0U);
    EXPECT_TRUE(group_.share().homes.empty());
    EXPECT_FALSE(group_.spec().has_value());
    EXPECT_EQ(group_.state_topic(), "g.state");
}

TEST_F(GroupTest, OfManyTakersAtOnceOneHoldsTheHome) {
    constexpr std::size_t kThreads = 8;
    constexpr std::size_t kRounds = 50;
    std::vector<std::shared_ptr<Tenure>> all(kThreads * kRounds);
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < kRounds; ++i) all[t * kRounds + i] = take({kOne, kTwo});
        });
    }
    threads.clear();  // joins
    std::size_t alive = 0;
    std::set<std::string> ids;
    for (const auto& tenure : all) {
        if (tenure->check()) ++alive;
        ids.insert(group_.transactional_id(*tenure));
    }
    EXPECT_EQ(alive, 1U);
    EXPECT_EQ(ids.size(), all.size()) << "an id that was used twice";
    for (const auto& tenure : all) group_.give_back(tenure);
    EXPECT_FALSE(group_.is_held(kOne));
}

}  // namespace
}  // namespace sluice::log::kafka
