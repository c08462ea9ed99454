// Topics and groups that take the places of others, on a real broker: all of it or nothing, and
// nobody who still goes by the old names can do harm.

#include "log/kafka/broker_fixture.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::code_of;
using conformance::place;
using test::kFolded;
using test::kKept;
using test::soon;

constexpr std::uint32_t kBefore = 2;
constexpr std::uint32_t kAfter = 3;
const GroupSpec kGroup{"g", "home", {"out"}};
const GroupSpec kBesideGroup{"g.growing", "home.growing", {"out.growing"}};

std::vector<HomeId> homes(std::uint32_t count) {
    std::vector<HomeId> all;
    for (HomeId home{0}; home.value < count; home = home.next()) all.push_back(home);
    return all;
}

class NamedLogTest : public testing::Test {
protected:
    void SetUp() override {
        options_.session = std::chrono::milliseconds{6'000};
        log_ = open_to_replace("one");
        for (const char* topic : {"home", "out"}) {
            SLUICE_ASSERT_OK(log_->create_topic({topic, kBefore}));
        }
        SLUICE_ASSERT_OK(log_->create_topic({"in", 1}));
        SLUICE_ASSERT_OK(log_->publish({append(place("out"), {"old"})}));
    }

    [[nodiscard]] KafkaLogOptions options(const std::string& cache) const {
        KafkaLogOptions options = options_;
        options.instance = cache;
        options.cache = options_.cache / cache;
        return options;
    }

    [[nodiscard]] std::unique_ptr<ReplacingLog> open_to_replace(const std::string& cache) const {
        auto opened = open_kafka_to_replace(options(cache));
        EXPECT_TRUE(opened) << opened.error().message;
        return opened ? std::move(opened.value()) : nullptr;
    }

    [[nodiscard]] std::unique_ptr<Log> open(const std::string& cache) const {
        return test::open_kafka_or_fail(options(cache));
    }

    /// Topics, and a group with state, beside those that are there.
    void make_beside() {
        SLUICE_ASSERT_OK(log_->replace({{}, {}, {"home.growing", "out.growing"}, {"g.growing"}}));
        for (const char* topic : {"home.growing", "out.growing"}) {
            SLUICE_ASSERT_OK(log_->create_topic({topic, kAfter}));
        }
        SLUICE_ASSERT_OK(log_->publish({append(place("out.growing", 2), {"new"})}));
        const auto membership = log_->join(kBesideGroup);
        SLUICE_ASSERT_OK(membership);
        ASSERT_TRUE(soon([&] { return membership.value()->share().homes.size() == kAfter; }));
        const auto lease = log_->take("g.growing", homes(kAfter));
        SLUICE_ASSERT_OK(lease);
        Step step;
        step.homes = homes(kAfter);
        step.changes = {
            conformance::put(HomeId{2}, kKept, "kept", "1"),
            conformance::put(HomeId{2}, kFolded, "folded", "2")};
        step.consumed = {
            {HomeId{0}, place("in"), Offset{7}},
            {HomeId{2}, place("out.growing", 2), Offset{1}, /*folded=*/true}};
        SLUICE_ASSERT_OK(lease.value()->commit(step));
        EXPECT_TRUE(soon([&] {  // the fold is packed
            Step nothing;
            nothing.homes = homes(kAfter);
            SLUICE_EXPECT_OK(lease.value()->commit(nothing));
            const auto next = log_->consumed_by("g.growing", place("out.growing", 2));
            return next && next.value() == Offset{1};
        }));
    }

    static Replacement all() {
        return {
            {{"home.growing", "home"}, {"out.growing", "out"}},
            {{"g.growing", "g"}},
            {},
            {"other"}};
    }

    static std::vector<std::string> names_of(const std::vector<TopicSpec>& topics) {
        std::vector<std::string> names;
        for (const TopicSpec& topic : topics) names.push_back(topic.name);
        return names;
    }

    test::KafkaPlace place_;
    KafkaLogOptions options_{place_.options()};
    std::unique_ptr<ReplacingLog> log_;
};

TEST_F(NamedLogTest, WhatIsBesideTakesThePlaceWithAllThatIsInIt) {
    SLUICE_ASSERT_OK(log_->take("other", {HomeId{0}}));
    auto hold = log_->hold(kGroup);
    SLUICE_ASSERT_OK(hold);
    make_beside();
    EXPECT_EQ(log_->topic("out").value()->partitions, kBefore) << "nothing has changed yet";
    SLUICE_ASSERT_OK(hold.value()->check());
    SLUICE_ASSERT_OK(log_->replace(all()));
    hold.value().reset();
    for (const bool cleared : {false, true}) {
        if (cleared) {
            SLUICE_ASSERT_OK(log_->clear_replaced());
        }
        const auto other = open(cleared ? "two" : "three");
        EXPECT_EQ(other->topic("out").value()->partitions, kAfter);
        EXPECT_EQ(other->topic("out.growing").value(), std::nullopt);
        const auto read = other->read(place("out", 2), Offset{0}, {});
        SLUICE_ASSERT_OK(read);
        EXPECT_EQ(read.value().front().record.value, "new");
        EXPECT_EQ(other->consumed_by("g", place("in")).value(), Offset{7});
        EXPECT_EQ(other->peek("g", HomeId{2}, kKept, "", 9).value().size(), 1U);
        EXPECT_EQ(other->peek("g", HomeId{2}, kFolded, "", 9).value().size(), 1U)
            << "on a machine that has not written it";
        EXPECT_EQ(
            names_of(other->topics().value()),
            (std::vector<std::string>{"g.snapshots", "g.state", "home", "in", "out"})
        );
    }
    test::KafkaParts parts{options("four")};
    EXPECT_EQ(
        names_of(parts.topics.all().value()),
        (std::vector<std::string>{
            "g.g1.snapshots", "g.g1.state", "home.g1", "in", "out.g1", "sluice.names"})
    );
}

TEST_F(NamedLogTest, NobodyIsReplacedWhoIsNotHeld) {
    make_beside();
    EXPECT_EQ(code_of(log_->replace(all())), ErrorCode::kFenced);
    EXPECT_EQ(open("two")->topic("out").value()->partitions, kBefore);
}

TEST_F(NamedLogTest, WhatIsNotThereTakesNoPlace) {
    const auto hold = log_->hold(kGroup);
    SLUICE_ASSERT_OK(hold);
    EXPECT_EQ(code_of(log_->replace(all())), ErrorCode::kNotFound);
    EXPECT_EQ(open("two")->topic("out").value()->partitions, kBefore);
}

TEST_F(NamedLogTest, AGroupInUseIsNotHeldAndNobodyIsDisturbed) {
    const auto used = open("two");
    const auto member = used->join(kGroup);
    SLUICE_ASSERT_OK(member);
    ASSERT_TRUE(soon([&] { return member.value()->share().homes.size() == kBefore; }));
    const std::uint64_t round = member.value()->round();
    const auto hold = log_->hold(kGroup);
    ASSERT_FALSE(hold);
    EXPECT_EQ(hold.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(hold.error().message.find("two"), std::string::npos) << hold.error().message;
    EXPECT_EQ(member.value()->round(), round);
}

TEST_F(NamedLogTest, WhoeverJoinsMeanwhileEndsTheReplacement) {
    const auto hold = log_->hold(kGroup);
    SLUICE_ASSERT_OK(hold);
    make_beside();
    const auto used = open("two");
    auto member = used->join(kGroup);
    SLUICE_ASSERT_OK(member);
    ASSERT_TRUE(soon([&] { return !member.value()->share().homes.empty(); }));
    EXPECT_EQ(code_of(log_->replace(all())), ErrorCode::kFenced);
    EXPECT_EQ(code_of(hold.value()->check()), ErrorCode::kFenced);
    member.value().reset();  // and that it has left again helps nobody
    EXPECT_EQ(code_of(log_->replace(all())), ErrorCode::kFenced);
    EXPECT_EQ(open("three")->topic("out").value()->partitions, kBefore);
}

/// Not because this process has heard of the other: the brokers refuse it.
TEST_F(NamedLogTest, TheBrokersRefuseAGenerationThatIsOver) {
    test::KafkaParts parts{options("two")};
    Group group{parts.options(), parts.trouble(), parts.topics, parts.changed, "g"};
    const auto hold = GroupHold::open(
        parts.options(), parts.trouble(), parts.topics, parts.watermarks, group, kGroup
    );
    SLUICE_ASSERT_OK(hold);
    const auto fence = hold.value()->fence();
    SLUICE_ASSERT_OK(fence);
    SLUICE_ASSERT_OK(parts.names.open());
    const auto change = [&] {
        return parts.names.change(
            [](const Names& now) {
                return now.replaced({{}, {}, {"x.growing"}, {}}, [](const auto&) { return false; });
            },
            std::array{GroupCommit{fence.value().offsets, fence.value().group}}
        );
    };
    SLUICE_ASSERT_OK(change());
    const auto used = open("three");
    const auto member = used->join(kGroup);
    SLUICE_ASSERT_OK(member);
    ASSERT_TRUE(soon([&] { return !member.value()->share().homes.empty(); }));
    const Names before = *parts.names.now();
    EXPECT_EQ(code_of(change()), ErrorCode::kFenced);
    EXPECT_EQ(*parts.names.now(), before);
    SLUICE_ASSERT_OK(parts.names.open());
    EXPECT_EQ(*parts.names.now(), before) << "on the brokers as well";
}

TEST_F(NamedLogTest, WhoeverBeganBeforeTakesNoHomes) {
    const auto early = open("two");  // with the old names
    auto hold = log_->hold(kGroup);
    SLUICE_ASSERT_OK(hold);
    make_beside();
    SLUICE_ASSERT_OK(log_->replace(all()));
    hold.value().reset();
    for (const bool cleared : {false, true}) {
        if (cleared) {  // as a daemon does, it makes what it does not find
            SLUICE_ASSERT_OK(log_->clear_replaced());
            EXPECT_TRUE(soon([&] { return !early->topic("home").value(); }));
            for (const char* topic : {"home", "out"}) {
                SLUICE_ASSERT_OK(early->create_topic({topic, kBefore}));
            }
        }
        const auto member = early->join(kGroup);
        SLUICE_ASSERT_OK(member);
        ASSERT_TRUE(soon([&] { return member.value()->share().homes.size() == kBefore; }));
        const auto lease = early->take("g", homes(kBefore));
        ASSERT_FALSE(lease);
        EXPECT_EQ(lease.error().code, ErrorCode::kConflict) << lease.error().message;
    }
    EXPECT_EQ(open("three")->topic("out").value()->partitions, kAfter) << "nobody sees those";
}

TEST_F(NamedLogTest, TwoDoNotChangeTheNamesAtOnce) {
    const auto other = open_to_replace("two");
    SLUICE_ASSERT_OK(log_->replace({{}, {}, {"x.growing"}, {}}));
    EXPECT_EQ(code_of(other->replace({{}, {}, {"y.growing"}, {}})), ErrorCode::kConflict);
    const auto later = open_to_replace("three");
    SLUICE_EXPECT_OK(later->replace({{}, {}, {"y.growing"}, {}}));
}

TEST_F(NamedLogTest, AnAttemptThatWasCutShortIsClearedByTheNext) {
    make_beside();
    log_ = open_to_replace("two");
    make_beside();
    SLUICE_ASSERT_OK(log_->clear_replaced());
    const test::KafkaParts parts{options("three")};
    const auto there = names_of(parts.topics.all().value());
    EXPECT_EQ(std::count(there.begin(), there.end(), "out.g1"), 0);
    EXPECT_EQ(std::count(there.begin(), there.end(), "g.g1.state"), 0);
    EXPECT_EQ(std::count(there.begin(), there.end(), "out.g2"), 1);
}

}  // namespace
}  // namespace sluice::log::kafka
