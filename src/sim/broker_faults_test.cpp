#include "base/test_seed.hpp"
#include "sim/broker_fixture.hpp"
#include "sim/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::sim {
namespace {

using test::kIn;
using test::kOut;
using test::kTable;
using test::text;

log::Step step_of(std::vector<HomeId> homes, const std::string& value, std::int64_t next) {
    log::Step step;
    step.homes = homes;
    step.appends = {{kOut, {text(value)}}};
    step.consumed = {{homes.front(), kIn, Offset{next}}};
    step.changes = {{homes.front(), kTable, value, "is here"}};
    return step;
}

class BrokerFaultsTest : public testing::TestWithParam<bool> {
protected:
    BrokerFaultsTest() {
        EXPECT_TRUE(client_.create_topic({"in", 1}));
        EXPECT_TRUE(client_.create_topic({"out", 2}));
    }

    std::unique_ptr<log::Lease> take(std::vector<HomeId> homes, std::string_view group = "g") {
        auto lease = client_.take(group, std::move(homes));
        EXPECT_TRUE(lease.has_value());
        return std::move(lease).value();
    }

    [[nodiscard]] std::vector<std::string> seen() const {
        std::vector<std::string> values;
        const auto read = broker_.read(kOut, broker_.ends(kOut).value().first, {});
        for (const log::StoredRecord& one : read.value()) values.push_back(*one.record.value);
        return values;
    }

    void show_all() {
        while (broker_.show_one(0)) {
        }
    }

    Broker broker_{GetParam()};
    Client client_{broker_};
};

INSTANTIATE_TEST_SUITE_P(Markers, BrokerFaultsTest, testing::Bool());

TEST_P(BrokerFaultsTest, ALateStepWhoseAnswerWasLostIsThereInTheEnd) {
    const auto lease = take({HomeId{0}});
    client_.meet(Fate::kLateAnswerLost, 0);
    const auto answer = lease->commit(step_of({HomeId{0}}, "x", 1));
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(answer.error().message, "the answer to the commit was lost");
    EXPECT_TRUE(seen().empty());
    show_all();
    EXPECT_EQ(seen(), std::vector<std::string>{"x"});
    EXPECT_EQ(broker_.consumed("g", kIn), Offset{1});
    static_cast<void>(take({HomeId{0}}));
    const bool is_read_again = !broker_.consumed("g", kIn).has_value();
    EXPECT_EQ(is_read_again, GetParam()) << "the next owner cannot know that it was committed";
}

TEST_P(BrokerFaultsTest, AFateIsMetOnce) {
    const auto lease = take({HomeId{0}});
    client_.meet(Fate::kLost, 0);
    EXPECT_FALSE(lease->commit(step_of({HomeId{0}}, "x", 1)).has_value());
    EXPECT_TRUE(lease->commit(step_of({HomeId{0}}, "x", 1)).has_value());
    EXPECT_EQ(seen(), std::vector<std::string>{"x"});
}

TEST_P(BrokerFaultsTest, WhoLostOneHomeOfTwoIsFencedOnBoth) {
    const auto old = take({HomeId{0}, HomeId{1}});
    const auto of_another_group = take({HomeId{0}, HomeId{1}}, "other");
    EXPECT_TRUE(old->commit(step_of({HomeId{0}}, "x", 1)).has_value()) << "groups do not fence";
    const auto young = take({HomeId{1}});
    const auto answer = old->commit(step_of({HomeId{0}}, "y", 2));
    EXPECT_EQ(answer.error().code, ErrorCode::kFenced);
    EXPECT_EQ(answer.error().message, "g: home 1 was taken");
    EXPECT_EQ(seen(), std::vector<std::string>{"x"});
    EXPECT_EQ(broker_.consumed("g", kIn), Offset{1});
    EXPECT_TRUE(broker_.scan("g", HomeId{0}, kTable, "y", 10).empty());
    EXPECT_TRUE(young->commit(step_of({HomeId{1}}, "z", 3)).has_value());
    EXPECT_EQ(broker_.fenced(), 1U);
}

TEST_P(BrokerFaultsTest, WhoIsFencedReadsNothingOfTheHeirs) {
    const auto old = take({HomeId{0}});
    const auto young = take({HomeId{0}});
    ASSERT_TRUE(young->commit(step_of({HomeId{0}}, "x", 1)).has_value());
    EXPECT_EQ(old->get(HomeId{0}, kTable, "x").error().code, ErrorCode::kFenced);
    EXPECT_EQ(old->scan(HomeId{0}, kTable, "", 10).error().code, ErrorCode::kFenced);
    EXPECT_EQ(old->consumed(HomeId{0}, kIn).error().code, ErrorCode::kFenced);
    EXPECT_EQ(young->get(HomeId{0}, kTable, "x").value(), "is here");
}

TEST_P(BrokerFaultsTest, MarkersOfOtherHomesStayUnderWay) {
    const auto zero = take({HomeId{0}});
    const auto one = take({HomeId{1}});
    client_.meet(Fate::kLate, 0);
    ASSERT_TRUE(zero->commit(step_of({HomeId{0}}, "late", 1)).has_value());
    ASSERT_TRUE(one->commit(step_of({HomeId{1}}, "done", 2)).has_value());
    EXPECT_TRUE(seen().empty()) << "what is done stands behind what is late";
    ASSERT_TRUE(zero->commit(step_of({HomeId{0}}, "next", 3)).has_value());
    EXPECT_EQ(seen(), (std::vector<std::string>{"late", "done", "next"}))
        << "a producer's next transaction begins when the one before has ended";
    EXPECT_FALSE(broker_.show_one(0)) << "nothing is under way any more";
}

TEST_P(BrokerFaultsTest, ErrorsSayWhatIsNotThereAndLeaveNothing) {
    const auto lease = take({HomeId{0}});
    const log::PartitionRef nowhere{"nowhere", PartitionId{7}};
    EXPECT_EQ(broker_.read(nowhere, Offset{0}, {}).error().message, "nowhere/7: no such partition");
    EXPECT_EQ(broker_.ends({"out", PartitionId{2}}).error().message, "out/2: no such partition");
    EXPECT_EQ(
        broker_.publish({{kOut, {text("x")}}, {nowhere, {text("y")}}}).error().code,
        ErrorCode::kNotFound
    );
    log::Step step = step_of({HomeId{0}}, "x", 1);
    step.appends.push_back({nowhere, {text("y")}});
    EXPECT_EQ(lease->commit(std::move(step)).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(seen().empty());
    EXPECT_FALSE(broker_.consumed("g", kIn).has_value());
    EXPECT_EQ(broker_.create_topic({"out", 3}).error().code, ErrorCode::kConflict);
    EXPECT_TRUE(broker_.create_topic({"out", 2})) << "again, and the same";
}

TEST_P(BrokerFaultsTest, WhatWasTrimmedIsNotThere) {
    for (const char* value : {"a", "b", "c"}) {
        ASSERT_TRUE(broker_.publish({{kOut, {text(value)}}}));
    }
    EXPECT_EQ(broker_.trim(kOut, Offset{4}).error().code, ErrorCode::kInvalidArgument);
    ASSERT_TRUE(broker_.trim(kOut, Offset{2}));
    ASSERT_TRUE(broker_.trim(kOut, Offset{1})) << "less than before: nothing comes back";
    EXPECT_EQ(seen(), std::vector<std::string>{"c"});
    EXPECT_EQ(broker_.read(kOut, Offset{1}, {}).error().message, "out/0: offset 1 is not there");
}

TEST_P(BrokerFaultsTest, AScanBeginsWhereItIsToldAndEndsAtItsLimit) {
    const auto lease = take({HomeId{0}});
    for (const char* key : {"a", "b", "c", "d"}) {
        ASSERT_TRUE(lease->commit(step_of({HomeId{0}}, key, 1)).has_value());
    }
    log::Step step = step_of({HomeId{0}}, "c", 2);
    step.changes[0].value.reset();
    ASSERT_TRUE(lease->commit(std::move(step)).has_value());
    const auto found = broker_.scan("g", HomeId{0}, kTable, "b", 2);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].first, "b");
    EXPECT_EQ(found[1].first, "d") << "c was removed";
    EXPECT_TRUE(broker_.scan("g", HomeId{1}, kTable, "", 10).empty());
    EXPECT_TRUE(broker_.scan("nobody", HomeId{0}, kTable, "", 10).empty());
}

/// The reference is a list of what was acknowledged, in the order in which it was.
TEST_P(BrokerFaultsTest, ReadersSeeAPrefixOfWhatWasAcknowledgedAndInTheEndAll) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    std::vector<std::unique_ptr<log::Lease>> leases;
    for (std::uint32_t home = 0; home < 3; ++home) leases.push_back(take({HomeId{home}}));
    std::vector<std::string> acknowledged;
    std::size_t seen_before = 0;
    for (std::int64_t i = 1; i <= 600; ++i) {
        const std::string value = std::to_string(i);
        const std::uint32_t home = random.below(3);
        const std::uint32_t chance = random.below(10);
        if (chance < 5) {
            const Fate fates[]{Fate::kDone, Fate::kLate, Fate::kLost};
            const Fate fate = fates[random.below(3)];
            client_.meet(fate, 0);
            const auto answer = leases[home]->commit(step_of({HomeId{home}}, value, i));
            ASSERT_EQ(answer.has_value(), fate != Fate::kLost);
            if (answer) acknowledged.push_back(value);
        } else if (chance < 7) {
            ASSERT_TRUE(broker_.publish({{kOut, {text(value)}}}));
            acknowledged.push_back(value);
        } else if (chance < 9) {
            static_cast<void>(broker_.show_one(random.below(100)));
        } else {
            leases[home] = take({HomeId{home}});
        }
        const auto now = seen();
        ASSERT_LE(now.size(), acknowledged.size());
        ASSERT_GE(now.size(), seen_before) << "what was seen stays";
        ASSERT_TRUE(std::equal(now.begin(), now.end(), acknowledged.begin()));
        const log::Ends ends = broker_.ends(kOut).value();
        ASSERT_LE(ends.committed, ends.high_watermark);
        seen_before = now.size();
    }
    show_all();
    EXPECT_EQ(seen(), acknowledged);
}

}  // namespace
}  // namespace sluice::sim
