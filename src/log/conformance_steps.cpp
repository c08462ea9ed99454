#include "log/conformance_suite.hpp"

namespace sluice::log::conformance {

namespace {

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A step with one of each.
Step full_step(HomeId home, const std::string& tag) {
    Step step;
    step.homes = {home};
    step.appends = {append(place("out"), {tag})};
    step.consumed = {Consumed{home, place("in"), Offset{static_cast<std::int64_t>(tag.size())}}};
    step.changes = {put(home, kTable, "key", tag)};
    return step;
}

TEST_P(LogSteps, AStepIsOneThing) {
    auto lease = take("g", {kHome});
    EXPECT_EQ(lease->homes().size(), 1U);
    EXPECT_EQ(lease->consumed(kHome, place("in")).value(), std::nullopt);
    EXPECT_EQ(lease->get(kHome, kTable, "key").value(), std::nullopt);
    const auto offsets = lease->commit(full_step(kHome, "abc"));
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, std::vector{Offset{0}});
    for (int opened = 0; opened < 2; ++opened) {
        EXPECT_EQ(texts(place("out")), Texts{"abc"});
        EXPECT_EQ(lease->consumed(kHome, place("in")).value(), Offset{3});
        EXPECT_EQ(lease->consumed(kHome, place("in", 1)).value(), std::nullopt);
        EXPECT_EQ(lease->get(kHome, kTable, "key").value(), "abc");
        EXPECT_EQ(log().consumed_by("g", place("in")).value(), Offset{3});
        lease.reset();
        reopen();
        lease = take("g", {kHome});
    }
}

TEST_P(LogSteps, AStepThatCannotBeTakenWholeLeavesNothing) {
    const auto lease = take("g", {kHome});
    Step step = full_step(kHome, "x");
    step.appends.push_back(append(place("nowhere"), {"y"}));
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kNotFound);
    step = full_step(kHome, "x");
    step.consumed.push_back(Consumed{kHome, place("in", 2), Offset{1}});
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kNotFound);
    step = full_step(kHome, "x");
    step.appends.push_back(append(place("out"), {std::string(log().record_bytes_max() + 1, 'x')}));
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kTooLarge);

    EXPECT_EQ(texts(place("out")), Texts{});
    EXPECT_EQ(lease->consumed(kHome, place("in")).value(), std::nullopt);
    EXPECT_EQ(lease->get(kHome, kTable, "key").value(), std::nullopt);
    SLUICE_EXPECT_OK(lease->commit(full_step(kHome, "now")));
}

TEST_P(LogSteps, AStepNamesEveryHomeItTouches) {
    const auto lease = take("g", {kHome, kOther});
    Step step = full_step(kHome, "x");
    step.homes = {kOther};
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kInvalidArgument);
    step = full_step(kHome, "x");
    step.homes.clear();
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kInvalidArgument);
    step = full_step(HomeId{3}, "x");  // listed, but not leased
    EXPECT_EQ(code_of(lease->commit(step)), ErrorCode::kInvalidArgument);
    EXPECT_EQ(texts(place("out")), Texts{});
    step = full_step(kHome, "x");
    step.homes = {kOther, kHome};
    SLUICE_EXPECT_OK(lease->commit(step));
}

TEST_P(LogSteps, WhoLosesAHomeWritesNothingMore) {
    const auto before = take("g", {kHome, kOther});
    SLUICE_ASSERT_OK(before->commit(full_step(kHome, "old")));
    const auto after = take("g", {kHome});
    EXPECT_EQ(after->get(kHome, kTable, "key").value(), "old");
    EXPECT_EQ(code_of(before->commit(full_step(kHome, "zombie"))), ErrorCode::kFenced);
    EXPECT_EQ(
        code_of(before->commit(full_step(kOther, "zombie"))), ErrorCode::kFenced
    );  // it is dead
    EXPECT_EQ(code_of(before->commit(Step{})), ErrorCode::kFenced);
    EXPECT_EQ(texts(place("out")), Texts{"old"});
    EXPECT_EQ(after->get(kHome, kTable, "key").value(), "old");
    EXPECT_EQ(after->consumed(kHome, place("in")).value(), Offset{3});
    SLUICE_EXPECT_OK(after->commit(full_step(kHome, "new")));
    EXPECT_EQ(texts(place("out")), (Texts{"old", "new"}));
}

TEST_P(LogSteps, LeasesOnOtherHomesAndOfOtherGroupsLiveOn) {
    const auto one = take("g", {kHome});
    const auto two = take("g", {kOther});
    const auto other_group = take("h", {kHome, kOther});
    SLUICE_EXPECT_OK(one->commit(full_step(kHome, "1")));
    SLUICE_EXPECT_OK(two->commit(full_step(kOther, "2")));
    SLUICE_EXPECT_OK(other_group->commit(full_step(kHome, "3")));
    EXPECT_EQ(texts(place("out")), (Texts{"1", "2", "3"}));
}

TEST_P(LogSteps, BadLeasesAreRefused) {
    EXPECT_EQ(code_of(log().take("", {kHome})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(log().take("g", {})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(log().take("g", {kHome, kHome})), ErrorCode::kInvalidArgument);
    const auto lease = take("g", {kHome});
    EXPECT_EQ(code_of(lease->get(kOther, kTable, "k")), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(lease->scan(kOther, kTable, "", 1)), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(lease->consumed(kOther, place("in"))), ErrorCode::kInvalidArgument);
}

TEST_P(LogSteps, EmptyStepsDoNothing) {
    const auto lease = take("g", {kHome});
    const std::uint64_t seen = log().version();
    const auto nothing = lease->commit(Step{});
    SLUICE_ASSERT_OK(nothing);
    EXPECT_TRUE(nothing.value().empty());
    SLUICE_EXPECT_OK(lease->commit(Step{{kHome}, {}, {}, {}}));
    EXPECT_EQ(log().version(), seen);
}

TEST_P(LogSteps, ConsumedOffsetsBelongToTheGroup) {
    const auto lease = take("g", {kHome});
    Step step;
    step.homes = {kHome};
    step.consumed = {
        Consumed{kHome, place("in"), Offset{5}}, Consumed{kHome, place("in", 1), Offset{0}}};
    SLUICE_ASSERT_OK(lease->commit(step));
    EXPECT_EQ(log().consumed_by("g", place("in")).value(), Offset{5});
    EXPECT_EQ(log().consumed_by("g", place("in", 1)).value(), Offset{0});
    EXPECT_EQ(log().consumed_by("g", place("out")).value(), std::nullopt);
    EXPECT_EQ(log().consumed_by("h", place("in")).value(), std::nullopt);
    const auto other = take("h", {kHome});
    EXPECT_EQ(other->consumed(kHome, place("in")).value(), std::nullopt);
    step.consumed = {Consumed{kHome, place("in"), Offset{6}}};
    SLUICE_ASSERT_OK(lease->commit(step));
    EXPECT_EQ(lease->consumed(kHome, place("in")).value(), Offset{6});
    EXPECT_EQ(lease->consumed(kHome, place("in", 1)).value(), Offset{0});
}

TEST_P(LogSteps, TrimStopsAtWhatAGroupHasNotConsumed) {
    SLUICE_ASSERT_OK(log().publish({append(place("in"), {"a", "b", "c", "d"})}));
    const auto consume = [&](Lease& lease, std::int64_t next) {
        SLUICE_ASSERT_OK(lease.commit(Step{
            {kHome}, {}, {Consumed{kHome, place("in"), Offset{next}}}, {}}));
    };
    auto fast = take("fast", {kHome});
    auto slow = take("down for eight days", {kHome});
    consume(*fast, 4);
    consume(*slow, 2);
    fast.reset();
    slow.reset();  // not running; what it needs stays
    reopen();
    const auto refused = log().trim(place("in"), Offset{3});
    EXPECT_EQ(code_of(refused), ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("\"down for eight days\""), std::string::npos);
    EXPECT_EQ(texts(place("in")), (Texts{"a", "b", "c", "d"}));
    SLUICE_EXPECT_OK(log().trim(place("in"), Offset{2}));
    EXPECT_EQ(texts(place("in")), (Texts{"c", "d"}));
    slow = take("down for eight days", {kHome});
    consume(*slow, 4);
    SLUICE_EXPECT_OK(log().trim(place("in"), Offset{4}));
    EXPECT_EQ(texts(place("in")), Texts{});
}

TEST_P(LogSteps, WhatTablesAreAFoldOfIsKeptAsFarAsTheyAreNotStored) {
    SLUICE_ASSERT_OK(log().publish({append(place("in"), {"a", "b", "c", "d"})}));
    auto lease = take("folder", {kHome});
    for (std::int64_t next = 1; next <= 3; ++next) {
        Step step{{kHome}, {append(place("out"), {"x"})}, {}, {}};
        step.changes = {{kHome, kTable, "until", std::to_string(next)}};
        step.consumed = {Consumed{kHome, place("in"), Offset{next}, /*folded=*/true}};
        SLUICE_ASSERT_OK(lease->commit(std::move(step)));
        const auto may_go = log().consumed_by("folder", place("in"));
        ASSERT_TRUE(may_go.value().has_value());
        EXPECT_LE(*may_go.value(), Offset{next}) << "at once, or later";
        EXPECT_EQ(code_of(log().trim(place("in"), Offset{4})), ErrorCode::kConflict);
    }
    Step nothing;
    nothing.homes = {kHome};
    SLUICE_ASSERT_OK(lease->commit(std::move(nothing)));
    EXPECT_EQ(lease->get(kHome, kTable, "until").value(), "3");
    SLUICE_EXPECT_OK(log().trim(place("in"), *log().consumed_by("folder", place("in")).value()));
}

TEST_P(LogSteps, AStepWritesForSeveralHomesAtOnceOrForNone) {
    const auto both = take("g", {kHome, kOther});
    Step step;
    step.homes = {kHome, kOther};
    step.appends = {append(place("out"), {"a"}), append(place("in", 1), {"b"})};
    step.changes = {put(kHome, kTable, "k", "1"), put(kOther, kTable, "k", "2")};
    SLUICE_ASSERT_OK(both->commit(step));
    const auto thief = take("g", {kOther});
    step.changes = {put(kHome, kTable, "k", "3"), put(kOther, kTable, "k", "4")};
    EXPECT_EQ(code_of(both->commit(step)), ErrorCode::kFenced);
    EXPECT_EQ(log().peek("g", kHome, kTable, "", 9).value(), (Pairs{{"k", "1"}}));
    EXPECT_EQ(log().peek("g", kOther, kTable, "", 9).value(), (Pairs{{"k", "2"}}));
    EXPECT_EQ(texts(place("out")), Texts{"a"});
}

TEST_P(LogSteps, OfManyTakersTheLastHasTheHome) {
    std::vector<std::unique_ptr<Lease>> takers(5);
    for (std::unique_ptr<Lease>& taker : takers) taker = take("g", {kHome});
    for (std::size_t i = 0; i + 1 < takers.size(); ++i) {
        EXPECT_EQ(code_of(takers[i]->commit(full_step(kHome, "x"))), ErrorCode::kFenced) << i;
        EXPECT_EQ(code_of(takers[i]->get(kHome, kTable, "key")), ErrorCode::kFenced) << i;
        EXPECT_EQ(code_of(takers[i]->scan(kHome, kTable, "", 1)), ErrorCode::kFenced) << i;
        EXPECT_EQ(code_of(takers[i]->consumed(kHome, place("in"))), ErrorCode::kFenced) << i;
        takers[i].reset();  // and letting go of it takes nothing from the last
    }
    SLUICE_EXPECT_OK(takers.back()->commit(full_step(kHome, "last")));
}

TEST_P(LogSteps, OnlyAppendsMoveTheVersion) {
    const auto lease = take("g", {kHome});
    const std::uint64_t seen = log().version();
    Step quiet = full_step(kHome, "x");
    quiet.appends.clear();
    SLUICE_ASSERT_OK(lease->commit(quiet));
    EXPECT_EQ(log().version(), seen);
    SLUICE_ASSERT_OK(lease->commit(full_step(kHome, "x")));
    EXPECT_NE(log().version(), seen);
}

}  // namespace

}  // namespace sluice::log::conformance
