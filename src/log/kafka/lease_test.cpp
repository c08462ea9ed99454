// What a step leaves on the brokers and in the copy, and how a lease dies.

#include "log/kafka/broker_fixture.hpp"

#include <list>

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::code_of;
using conformance::place;
using test::kFolded;
using test::kKept;
using test::soon;

constexpr HomeId kHome{1};
constexpr HomeId kOther{2};

class LeaseTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_.topics.create({"home", 4}, kept_topic(parts_.options())));
        SLUICE_ASSERT_OK(parts_.topics.create({"out", 4}, kept_topic(parts_.options())));
        SLUICE_ASSERT_OK(group_.join({"g", "home", {"out"}}));
        ASSERT_TRUE(soon([this] { return group_.share().homes.size() == 4; }));
        take();
    }

    void TearDown() override {
        lease_.reset();
        group_.leave();
    }

    void take() {
        lease_.reset();
        auto opened = KafkaLease::open(parts_.parts(), group_, {kHome, kOther});
        SLUICE_ASSERT_OK(opened);
        lease_ = std::move(opened.value());
    }

    /// The records of the home's state partition: (table, key) and value.
    [[nodiscard]] std::vector<std::pair<StateKey, std::string>> state(HomeId home) {
        std::vector<std::pair<StateKey, std::string>> all;
        const PartitionRef of{"g.state", PartitionId{home.value}};
        const auto ends = parts_.watermarks.ends(of);
        // What ends a transaction may lie there a moment after the commit is answered.
        EXPECT_TRUE(soon([&] {
            return parts_.watermarks.committed(of).value() >= ends.value().high_watermark;
        }));
        for (Offset next = ends.value().first; next < ends.value().high_watermark;) {
            const auto read = parts_.streams.read(of, next, {});
            SLUICE_EXPECT_OK(read);
            for (const StoredRecord& stored : *read) {
                keys_.push_back(*stored.record.key);
                const StateKey key = decode_state_key(keys_.back()).value();
                all.emplace_back(key, stored.record.value.value_or("(none)"));
            }
            next = read.value().next();
        }
        return all;
    }

    [[nodiscard]] std::optional<Committed> committed(const PartitionRef& of) {
        const auto answer = group_.offsets().ask(std::vector{of});
        SLUICE_EXPECT_OK(answer);
        return answer.value().front();
    }

    std::list<std::string> keys_;  // what the views of `state` point into
    test::KafkaPlace place_;
    test::KafkaParts parts_{place_.options()};
    Group group_{parts_.options(), parts_.trouble(), parts_.topics, parts_.changed, "g"};
    std::unique_ptr<Lease> lease_;
};

TEST_F(LeaseTest, OnlyWhatIsNoFoldGoesToTheStateTopicAndEachHomeIsCounted) {
    Step step{{kHome, kOther}, {append(place("out", 1), {"x"})}, {}, {}};
    step.changes = {
        {kHome, kKept, "a", "1"}, {kHome, kFolded, "b", "2"}, {kHome, kKept, "c", std::nullopt}};
    SLUICE_ASSERT_OK(lease_->commit(step));
    const auto home = state(kHome);
    ASSERT_EQ(home.size(), 3U);
    EXPECT_EQ(home[0], (std::pair{StateKey{kHome, 1, "a"}, std::string{"1"}}));
    EXPECT_EQ(home[1], (std::pair{StateKey{kHome, 1, "c"}, std::string{"(none)"}}));
    EXPECT_EQ(home[2].first, (StateKey{kHome, kOwnTable, kStepKey}));
    EXPECT_EQ(decode_step(home[2].second).value(), 1U);
    EXPECT_EQ(state(kOther).size(), 1U) << "its number alone";
    EXPECT_EQ(lease_->get(kHome, kFolded, "b").value(), "2") << "in the copy";
}

TEST_F(LeaseTest, EveryHomesOffsetNamesTheStepAndItsOwner) {
    const std::string owner = parts_.options().prefix + "g.sluice.0";
    Step step{{kHome, kOther}, {append(place("out", 1), {"x"})}, {}, {}};
    SLUICE_ASSERT_OK(lease_->commit(step));
    SLUICE_ASSERT_OK(lease_->commit(step));
    for (const HomeId home : {kHome, kOther}) {
        const auto found = committed(place("home", home.value));
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->next, Offset{0}) << "nothing was read there";
        EXPECT_EQ(found->mark, (CommitMark{2, owner, /*fence_only=*/true}));
        EXPECT_EQ(lease_->consumed(home, place("home", home.value)).value(), std::nullopt);
    }
    EXPECT_FALSE(committed(place("home", 0)).has_value()) << "not one of the step's homes";
}

TEST_F(LeaseTest, AStepThatOnlyMovesOffsetsCountsNothing) {
    SLUICE_ASSERT_OK(lease_->commit({{kHome}, {append(place("out", 1), {"x"})}, {}, {}}));
    Step moves{{kHome}, {}, {{kHome, place("home", 1), Offset{5}}}, {}};
    SLUICE_ASSERT_OK(lease_->commit(moves));
    EXPECT_EQ(state(kHome).size(), 1U);
    EXPECT_EQ(committed(place("home", 1))->next, Offset{5});
    EXPECT_EQ(committed(place("home", 1))->mark->step, 1U);
    // And the next step, which reads nothing, stays where it is.
    SLUICE_ASSERT_OK(lease_->commit({{kHome}, {append(place("out", 1), {"y"})}, {}, {}}));
    EXPECT_EQ(committed(place("home", 1))->next, Offset{5});
    EXPECT_EQ(committed(place("home", 1))->mark->step, 2U);
    EXPECT_EQ(committed(place("home", 1))->consumed(), Offset{5});
}

TEST_F(LeaseTest, StepsAreCountedOverTakeovers) {
    for (std::uint64_t number = 1; number <= 4; ++number) {
        SLUICE_ASSERT_OK(lease_->commit({{kHome}, {append(place("out", 1), {"x"})}, {}, {}}));
        EXPECT_EQ(committed(place("home", 1))->mark->step, number);
        take();
    }
}

TEST_F(LeaseTest, ALargeValueOfStateComesBack) {
    const std::string large(std::size_t{8} << 20, 'x');
    SLUICE_ASSERT_OK(lease_->commit({{kHome}, {}, {}, {{kHome, kKept, "large", large}}}));
    auto copy = parts_.parts().cache.home("g", kHome);
    SLUICE_ASSERT_OK(copy.clear());
    take();
    EXPECT_EQ(lease_->get(kHome, kKept, "large").value()->size(), large.size());
}

TEST_F(LeaseTest, WhatTheBrokersRefuseKillsTheLeaseAndLeavesNothing) {
    TopicConfig small = kept_topic(parts_.options());
    for (auto& [name, value] : small) {
        if (name == "max.message.bytes") value = "1000";
    }
    SLUICE_ASSERT_OK(parts_.topics.create({"small", 1}, small));
    Step step{{kHome}, {append(place("out", 1), {"never"})}, {}, {{kHome, kKept, "a", "1"}}};
    step.appends.push_back(append(place("small"), {std::string(5'000, 'x')}));
    EXPECT_EQ(code_of(lease_->commit(step)), ErrorCode::kTooLarge);
    EXPECT_EQ(code_of(lease_->commit({{kHome}, {}, {}, {}})), ErrorCode::kFenced) << "it is dead";
    take();
    EXPECT_EQ(lease_->get(kHome, kKept, "a").value(), std::nullopt);
    const auto read = parts_.streams.read(place("out", 1), Offset{0}, {});
    EXPECT_TRUE(read.value().empty());
    SLUICE_EXPECT_OK(lease_->commit({{kHome}, {append(place("out", 1), {"x"})}, {}, {}}));
}

}  // namespace
}  // namespace sluice::log::kafka
