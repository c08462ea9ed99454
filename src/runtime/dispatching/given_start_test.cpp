#include "runtime/dispatching/given_start.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using contract::LostPolicy;
using dispatch::OffsetRange;
using Restored = dispatch::Dispatcher::Restored;

const log::PartitionRef kAt{"stock.events", PartitionId{2}};

log::Ends ends(std::int64_t first, std::int64_t last) {
    return {Offset{first}, Offset{last}, Offset{last}};
}

/// Read up to 10, and 12 to 14 as well; `b` has a backlog, `r` is tried again in place, `h` is
/// held.
Restored restored() {
    Restored all;
    all.progress = {Offset{10}, {{Offset{12}, Offset{15}}}};
    dispatch::Line retrying;
    retrying.state = dispatch::LineState::kRetrying;
    retrying.head = Position{1};
    dispatch::Line parked = retrying;
    parked.state = dispatch::LineState::kParked;
    parked.in_backlog = true;
    parked.events = 1;
    dispatch::Line held;
    held.state = dispatch::LineState::kRetrying;
    held.hold = dispatch::Hold{};
    all.lines = {{"b", parked}, {"h", held}, {"r", retrying}};
    all.backlog = {{"b", {{Position{1}, Offset{3}, 10, {}}}}};
    return all;
}

std::vector<std::string> line_names(const Restored& of) {
    std::vector<std::string> names;
    for (const auto& [name, line] : of.lines) names.push_back(name);
    return names;
}

std::string refusal(
    const contract::GivenOrder& order, const GivenBefore& before, const log::Ends& of
) {
    Restored state = restored();
    const auto start = start_given(order, before, kAt, of, state);
    if (start) return "accepted";
    EXPECT_EQ(start.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(start.error().message.starts_with("stock.events/2: ")) << start.error().message;
    return start.error().message;
}

TEST(GivenStart, ANewSubscriptionWritesWhereItBegins) {
    Restored state;
    state.progress.next = Offset{5};
    const auto start = start_given({}, {}, kAt, ends(5, 9), state);
    ASSERT_TRUE(start);
    EXPECT_TRUE(start->moved);
    EXPECT_EQ(state.progress, (dispatch::Progress{Offset{5}, {}}));
}

TEST(GivenStart, WhereNothingHappenedNothingMoves) {
    for (const log::Ends& same : {ends(0, 15), ends(10, 15), ends(10, 400)}) {
        Restored state = restored();
        const auto start = start_given({}, {1, false}, kAt, same, state);
        ASSERT_TRUE(start);
        EXPECT_FALSE(start->moved);
        EXPECT_TRUE(start->gone.empty());
        EXPECT_EQ(state.progress, restored().progress);
        EXPECT_EQ(state.lines, restored().lines);
    }
}

TEST(GivenStart, WhatWasDeletedUnreadStopsTheDomain) {
    const std::string problem = refusal({}, {1, false}, ends(11, 20));
    EXPECT_NE(problem.find("begins at offset 11, and has been read up to 10"), std::string::npos)
        << problem;
    EXPECT_NE(problem.find("lost: pass"), std::string::npos) << problem;
}

TEST(GivenStart, OrItIsPassedOverAndTold) {
    struct Case {
        std::int64_t first;
        std::int64_t next;
        std::vector<OffsetRange> above;
    };

    for (const Case& one :
         {Case{11, 11, {{Offset{12}, Offset{15}}}},
          Case{12, 15, {}},
          Case{13, 15, {}},
          Case{15, 15, {}},
          Case{18, 18, {}}}) {
        contract::GivenOrder order;
        order.lost = LostPolicy::kPass;
        Restored state = restored();
        const auto start = start_given(order, {1, false}, kAt, ends(one.first, 20), state);
        ASSERT_TRUE(start);
        EXPECT_TRUE(start->moved);
        EXPECT_EQ(start->lost_from, Offset{10});
        EXPECT_EQ(state.progress, (dispatch::Progress{Offset{one.next}, one.above})) << one.first;
        EXPECT_EQ(start->gone, (std::vector<std::string>{"r"})) << "its event may be gone";
        EXPECT_EQ(line_names(state), (std::vector<std::string>{"b", "h"}));
        EXPECT_EQ(state.backlog, restored().backlog) << "what was copied stays";
    }
}

TEST(GivenStart, ATopicThatBecameShorterIsNeverReadOn) {
    for (const std::int64_t end : {0, 9, 12, 14}) {
        const std::string problem = refusal({}, {1, false}, ends(0, end));
        EXPECT_NE(problem.find("has been read up to 15"), std::string::npos) << problem;
        EXPECT_NE(problem.find("epoch be 2"), std::string::npos) << problem;
    }
    EXPECT_EQ(refusal({}, {1, false}, ends(0, 15)), "accepted");
}

TEST(GivenStart, ATopicWhoseRecordsAreOthersIsNotReadOnEither) {
    const std::string problem = refusal({}, {1, true}, ends(0, 400));
    EXPECT_NE(problem.find("the last record that was read is another one now"), std::string::npos);
    EXPECT_NE(problem.find("epoch be 2"), std::string::npos) << problem;
    contract::GivenOrder order;
    order.epoch = 2;
    EXPECT_EQ(refusal(order, {1, true}, ends(0, 400)), "accepted") << "it has been said";
}

TEST(GivenStart, ANewEpochBeginsWithTheOldestAndKeepsWhatWasCopied) {
    contract::GivenOrder order;
    order.epoch = 2;
    Restored state = restored();
    const auto start = start_given(order, {1, false}, kAt, ends(3, 4), state);
    ASSERT_TRUE(start);
    EXPECT_TRUE(start->moved);
    EXPECT_FALSE(start->lost_from.has_value());
    EXPECT_EQ(state.progress, (dispatch::Progress{Offset{3}, {}}));
    EXPECT_EQ(start->gone, (std::vector<std::string>{"r"}));
    EXPECT_EQ(state.backlog, restored().backlog);
}

TEST(GivenStart, EpochsOnlyRise) {
    const std::string problem = refusal({}, {2, false}, ends(0, 15));
    EXPECT_NE(problem.find("epoch is 1, and it has been read in epoch 2"), std::string::npos);
}

}  // namespace
}  // namespace sluice::runtime
