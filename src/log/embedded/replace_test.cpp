// Topics and groups that take the places of others: all of it or nothing, also for whoever opens
// the log next.
#include "base/test_seed.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::log {
namespace {

constexpr HomeId kReplacedHome{0};
constexpr Table kReplacedTable{1};

class Replace : public testing::Test {
protected:
    void SetUp() override { open(); }

    void open() {
        log_.reset();
        log_ = test::open_or_fail(test::test_options(scratch_.path()));
        ASSERT_NE(log_, nullptr);
    }

    void make(
        const std::string& topic, std::uint32_t partitions, const std::vector<std::string>& texts
    ) {
        ASSERT_TRUE(log_->create_topic({topic, partitions}));
        for (const std::string& text : texts) {
            ASSERT_TRUE(test::publish_text(*log_, {topic, PartitionId{0}}, text).has_value());
        }
    }

    /// A group with one key, that has consumed so much of the topic.
    void keep(
        const std::string& group, const std::string& value, const std::string& topic, Offset next
    ) {
        auto lease = log_->take(group, {kReplacedHome});
        ASSERT_TRUE(lease.has_value());
        Step step;
        step.homes = {kReplacedHome};
        step.changes.push_back({kReplacedHome, kReplacedTable, "key", value});
        step.consumed.push_back({kReplacedHome, {topic, PartitionId{0}}, next});
        ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
    }

    [[nodiscard]] std::string kept(const std::string& group) const {
        const auto found = log_->peek(group, kReplacedHome, kReplacedTable, "", 10);
        EXPECT_TRUE(found.has_value());
        return found.value().empty() ? "" : found.value().front().second;
    }

    [[nodiscard]] std::optional<Offset> consumed(const std::string& group, const std::string& topic)
        const {
        const auto found = log_->consumed_by(group, {topic, PartitionId{0}});
        EXPECT_TRUE(found.has_value());
        return found.value();
    }

    [[nodiscard]] std::vector<std::string> texts(const std::string& topic) const {
        return test::texts(*log_, {topic, PartitionId{0}});
    }

    test::ScratchDirectory scratch_;
    std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(Replace, TheNewHasTheNameAndTheOldIsGone) {
    make("old", 1, {"a", "b"});
    make("new", 3, {"c"});
    make("other", 1, {"x", "y"});
    keep("g", "before", "old", Offset{1});
    keep("g.new", "after", "other", Offset{2});
    keep("bystander", "b", "old", Offset{1});
    ASSERT_TRUE(log_->replace({{{"new", "old"}}, {{"g.new", "g"}}, {}, {}}));
    for (int time = 0; time < 2; ++time) {
        EXPECT_EQ(log_->topic("old").value()->partitions, 3U);
        EXPECT_FALSE(log_->topic("new").value().has_value());
        EXPECT_EQ(texts("old"), std::vector<std::string>{"c"});
        EXPECT_EQ(kept("g"), "after");
        EXPECT_EQ(kept("g.new"), "");
        EXPECT_EQ(consumed("g", "other"), Offset{2});
        EXPECT_EQ(consumed("g", "old"), std::nullopt);
        EXPECT_EQ(consumed("bystander", "old"), std::nullopt) << "that was of another topic";
        EXPECT_EQ(kept("bystander"), "b");
        open();
    }
    EXPECT_EQ(test::publish_text(*log_, {"old", PartitionId{0}}, "d").value().front(), Offset{1});
    EXPECT_TRUE(log_->trim({"old", PartitionId{0}}, Offset{2})) << "nobody holds it up any more";
}

TEST_F(Replace, WhatIsNotThereChangesNothing) {
    make("old", 1, {"a"});
    make("new", 2, {"b"});
    const Status refused = log_->replace({{{"new", "old"}}, {{"nobody", "g"}}, {"new"}, {}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    EXPECT_NE(refused.error().message.find("nobody"), std::string::npos);
    EXPECT_FALSE(log_->replace({{{"nothing", "old"}}, {}, {}, {}}));
    EXPECT_FALSE(log_->replace({{{"new", "no/name"}}, {}, {}, {}}));
    EXPECT_FALSE(log_->replace({{{"new", "old"}, {"old", "older"}}, {}, {}, {}}));
    EXPECT_EQ(texts("old"), std::vector<std::string>{"a"});
    EXPECT_EQ(texts("new"), std::vector<std::string>{"b"});
    EXPECT_TRUE(log_->replace({{}, {}, {"nothing"}, {"nobody"}})) << "gone is gone";
}

TEST_F(Replace, ANameThatIsFreeIsTaken) {
    make("new", 2, {"b"});
    ASSERT_TRUE(log_->replace({{{"new", "old"}}, {}, {}, {}}));
    EXPECT_EQ(texts("old"), std::vector<std::string>{"b"});
}

/// Ids of groups were counted once: with one gone, the next must not get that of another.
TEST_F(Replace, NobodyInheritsByAnId) {
    make("t", 1, {"a"});
    for (const std::string group : {"one", "two", "three"}) keep(group, group, "t", Offset{1});
    ASSERT_TRUE(log_->replace({{}, {}, {}, {"one", "three"}}));
    for (const std::string group : {"four", "five"}) {
        open();
        ASSERT_TRUE(log_->take(group, {kReplacedHome}).has_value());
        EXPECT_EQ(kept(group), "");
        EXPECT_EQ(consumed(group, "t"), std::nullopt);
        keep(group, group, "t", Offset{1});
    }
    EXPECT_EQ(kept("two"), "two");
    ASSERT_TRUE(log_->replace({{}, {}, {"t"}, {}}));
    open();
    make("u", 1, {});
    EXPECT_TRUE(texts("u").empty());
    EXPECT_EQ(consumed("two", "u"), std::nullopt);
}

/// Against a map of names; every round may open the log anew.
TEST_F(Replace, Model) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(fmt::format("rerun with SLUICE_SEED={}", seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::vector<std::string>> topics;
    std::map<std::string, std::string> groups;
    const auto name = [&](const char* kind) { return fmt::format("{}{}", kind, random() % 5); };
    for (int round = 0; round < 120; ++round) {
        const std::string topic = name("t");
        const std::string group = name("g");
        if (!topics.contains(topic)) {
            ASSERT_NO_FATAL_FAILURE(make(topic, 1, {}));
        }
        const std::string text = fmt::format("{}", round);
        ASSERT_TRUE(test::publish_text(*log_, {topic, PartitionId{0}}, text).has_value());
        topics[topic].push_back(text);
        ASSERT_NO_FATAL_FAILURE(keep(group, text, topic, Offset{1}));
        groups[group] = text;
        Replacement what;
        if (const std::string to = name("t"); to != topic && random() % 2 == 0) {
            what.topics.emplace_back(topic, to);
            topics[to] = std::exchange(topics[topic], {});
            topics.erase(topic);
        }
        if (const std::string to = name("g"); to != group && random() % 2 == 0) {
            what.groups.emplace_back(group, to);
            groups[to] = groups[group];
            groups.erase(group);
        }
        ASSERT_TRUE(log_->replace(what));
        if (random() % 4 == 0) {
            ASSERT_NO_FATAL_FAILURE(open());
        }
        ASSERT_TRUE(log_->clear_replaced()) << "it is gone already";
        ASSERT_EQ(log_->topics().value().size(), topics.size());
        for (const auto& [one, all] : topics) ASSERT_EQ(texts(one), all);
        for (int i = 0; i < 5; ++i) {
            const std::string one = fmt::format("g{}", i);
            ASSERT_EQ(kept(one), groups.contains(one) ? groups[one] : "");
        }
    }
}

/// No other process has the log: there is nobody to wait for, and nobody comes.
TEST_F(Replace, AGroupIsHeldByWhoeverAsks) {
    ASSERT_NO_FATAL_FAILURE(make("t", 2, {}));
    const auto held = log_->hold({"g", "t", {}});
    ASSERT_TRUE(held.has_value());
    EXPECT_TRUE(held.value()->check());
    ASSERT_TRUE(log_->take("g", {kReplacedHome}).has_value()) << "as its only member may";
    EXPECT_EQ(log_->hold({"", "t", {}}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Replace, WhatHasTakenAPlaceHasItsNameForEverybody) {
    ASSERT_NO_FATAL_FAILURE(make("b", 1, {"1"}));
    ASSERT_TRUE(log_->replace({{{"b", "a"}}, {}, {}, {}}));
    EXPECT_EQ(log_->seen_as("a"), "a");
}

}  // namespace
}  // namespace sluice::log
