// What topics and groups are called on the brokers, after others have taken their places.

#include "log/kafka/names.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace sluice::log::kafka {
namespace {

bool nothing_is_taken(const std::string& /*name*/) {
    return false;
}

/// What an attempt begins with: new places beside.
Replacement cleared() {
    return {{}, {}, {"shop.ordered.growing"}, {"sequencer.shop.growing"}};
}

/// … and ends with.
Replacement grown() {
    return {
        {{"shop.ordered.growing", "shop.ordered"}},
        {{"sequencer.shop.growing", "sequencer.shop"}},
        {"shop.history"},
        {"trail.shop"}};
}

TEST(Names, WithoutAnyEverybodyHasOne) {
    const Names names;
    EXPECT_TRUE(names.is_plain());
    EXPECT_EQ(names.topic_on_broker("shop.ordered"), "shop.ordered");
    EXPECT_EQ(names.group_on_broker("runner.shop"), "runner.shop");
    EXPECT_EQ(names.topic_name("shop.ordered"), "shop.ordered");
    EXPECT_EQ(names.group_name("runner.shop"), "runner.shop");
    EXPECT_EQ(names.topic_name(kNamesTopic), std::nullopt);
}

TEST(Names, WhatIsMadeBesideIsAnother) {
    const Names names = Names{}.replaced(cleared(), nothing_is_taken);
    EXPECT_EQ(names.topic_on_broker("shop.ordered"), "shop.ordered") << "nobody sees anything yet";
    EXPECT_EQ(names.topic_on_broker("shop.ordered.growing"), "shop.ordered.g1");
    EXPECT_EQ(names.group_on_broker("sequencer.shop.growing"), "sequencer.shop.g1");
    EXPECT_EQ(names.topic_name("shop.ordered.g1"), "shop.ordered.growing");
    EXPECT_TRUE(names.retired_topics().empty()) << "it was never made";
    EXPECT_TRUE(names.retired_groups().empty());
}

TEST(Names, AnAttemptThatWasCutShortIsRetiredByTheNext) {
    const Names first = Names{}.replaced(cleared(), nothing_is_taken);
    const Names next = first.replaced(cleared(), nothing_is_taken);
    EXPECT_EQ(next.topic_on_broker("shop.ordered.growing"), "shop.ordered.g2");
    EXPECT_EQ(next.retired_topics(), std::set<std::string>{"shop.ordered.g1"});
    EXPECT_EQ(next.retired_groups(), std::set<std::string>{"sequencer.shop.g1"});
    EXPECT_EQ(next.topic_name("shop.ordered.g1"), std::nullopt) << "not seen, before it is deleted";
    EXPECT_TRUE(next.without_retired().retired_topics().empty());
}

TEST(Names, ThePlaceIsTaken) {
    const Names beside = Names{}.replaced(cleared(), nothing_is_taken);
    const Names names = beside.replaced(grown(), nothing_is_taken);
    EXPECT_EQ(names.topic_on_broker("shop.ordered"), "shop.ordered.g1");
    EXPECT_EQ(names.topic_name("shop.ordered.g1"), "shop.ordered");
    EXPECT_EQ(names.topic_name("shop.ordered"), std::nullopt) << "it was replaced";
    EXPECT_EQ(names.topic_on_broker("shop.ordered.growing"), "shop.ordered.growing");
    EXPECT_EQ(names.topic_on_broker("shop.history"), "shop.history.g2") << "there is none";
    EXPECT_EQ(names.group_on_broker("trail.shop"), "trail.shop.g2");
    EXPECT_EQ(names.group_name("sequencer.shop.g1"), "sequencer.shop");
    EXPECT_EQ(names.topic_on_broker("runner.shop"), "runner.shop");
    EXPECT_EQ(names.retired_topics(), (std::set<std::string>{"shop.history", "shop.ordered"}));
    EXPECT_EQ(names.retired_groups(), (std::set<std::string>{"sequencer.shop", "trail.shop"}));
}

TEST(Names, TopicsThatGroupsHaveOfTheirOwnGoWithThem) {
    const Names names =
        Names{}.replaced(cleared(), nothing_is_taken).replaced(grown(), nothing_is_taken);
    EXPECT_EQ(names.topic_on_broker("sequencer.shop.state"), "sequencer.shop.g1.state");
    EXPECT_EQ(names.topic_name("sequencer.shop.g1.state"), "sequencer.shop.state");
    EXPECT_EQ(names.topic_name("sequencer.shop.g1.snapshots"), "sequencer.shop.snapshots");
    EXPECT_EQ(names.topic_name("sequencer.shop.state"), std::nullopt);
    EXPECT_EQ(names.topic_name("runner.shop.state"), "runner.shop.state");
}

TEST(Names, ANameThatSomebodyElseHasIsPassedOver) {
    const auto is_taken = [](const std::string& name) {
        return name == "shop.ordered.g1" || name == "sequencer.shop.g1.state";
    };
    const Names names = Names{}.replaced(cleared(), is_taken);
    EXPECT_EQ(names.topic_on_broker("shop.ordered.growing"), "shop.ordered.g2");
    EXPECT_EQ(names.group_on_broker("sequencer.shop.growing"), "sequencer.shop.g2");
}

TEST(Names, TheLayoutOfTheRecord) {
    Replacement one;
    one.topics_gone = {"b.growing"};
    const std::string bytes = Names{}.replaced(one, nothing_is_taken).encode();
    const std::string expected{
        "\x01"  // version
        "\x01"  // number
        "\x01\x09"
        "b.growing\x04"
        "b.g1"
        "\0\0\0",
        21};
    EXPECT_EQ(bytes, expected);
}

TEST(Names, WhatIsNoTableIsRefused) {
    const std::string whole =
        Names{}.replaced(cleared(), nothing_is_taken).replaced(grown(), nothing_is_taken).encode();
    ASSERT_TRUE(Names::decode(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(Names::decode(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(Names::decode(whole + "x"));
    std::string newer = whole;
    newer.front() = 2;
    EXPECT_EQ(Names::decode(newer).error().code, ErrorCode::kUnsupported);
}

/// Ten domains, each growing and being cut short as it comes.
TEST(NamesModel, WhateverHappenedNamesAreOneToOneAndRetiredOnesNobodys) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE("rerun with SLUICE_SEED=" + std::to_string(seed));
    std::mt19937_64 random{seed};
    Names names;
    std::set<std::string> ever;  // on the brokers
    for (int round = 0; round < 300; ++round) {
        const std::string topic = "d" + std::to_string(random() % 10) + ".ordered";
        const std::string beside = topic + std::string{kBeside};
        const std::string before = names.topic_on_broker(topic);
        Replacement what;
        const bool switched = random() % 2 == 0 && names.topic_on_broker(beside) != beside;
        const std::string made = names.topic_on_broker(beside);
        if (switched) {
            what.topics.emplace_back(beside, topic);
        } else {
            what.topics_gone.push_back(beside);
        }
        names = names.replaced(what, nothing_is_taken);
        if (switched) {
            EXPECT_EQ(names.topic_on_broker(topic), made);
            EXPECT_TRUE(names.retired_topics().contains(before));
        } else {
            EXPECT_EQ(names.topic_on_broker(topic), before);
            EXPECT_TRUE(ever.insert(names.topic_on_broker(beside)).second) << "had before";
        }
        if (random() % 4 == 0) names = names.without_retired();
        const auto again = Names::decode(names.encode());
        ASSERT_TRUE(again);
        EXPECT_EQ(again.value(), names);
        std::set<std::string> used;
        for (int d = 0; d < 10; ++d) {
            const std::string name = "d" + std::to_string(d) + ".ordered";
            const std::string on_broker = again.value().topic_on_broker(name);
            EXPECT_TRUE(used.insert(on_broker).second);
            EXPECT_EQ(again.value().topic_name(on_broker), name);
            EXPECT_FALSE(names.retired_topics().contains(on_broker));
        }
    }
}

}  // namespace
}  // namespace sluice::log::kafka
