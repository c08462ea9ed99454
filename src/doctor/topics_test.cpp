#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sluice::doctor {
namespace {

using log::kafka::TopicFact;

std::string told_of_topics(
    const Findings& found, const Expectations& expected = test::expectations()
) {
    Checks checks;
    check_topics(found, expected, checks);
    return test::wrong(checks);
}

/// What is told when one topic is spoiled.
std::string told_of(std::string_view name, const std::function<void(TopicFact&)>& spoil) {
    Findings found = test::healthy();
    spoil(test::topic_of(found, name));
    return told_of_topics(found);
}

TEST(DoctorTopics, NothingIsWrongWithGoodOnes) {
    EXPECT_EQ(told_of_topics(test::healthy()), "");
    Checks checks;
    check_topics(test::healthy(), test::expectations(), checks);
    EXPECT_EQ(
        to_text(checks.all()[0]),
        "ok   topic order.cancelled: a channel, 4 partitions, 3 copies, kept for 7d"
    );
    EXPECT_EQ(checks.size(), 5U);
}

TEST(DoctorTopics, AChannelThatIsNotThereIsAWarningAndOursIsNot) {
    Findings found = test::healthy();
    std::erase_if(found.cluster.topics, [](const TopicFact& one) {
        return one.name != "order.placed";
    });
    EXPECT_EQ(
        told_of_topics(found),
        "warn topic order.cancelled: the channel is not there, or may not be seen -> its producer "
        "makes it, or Sluice at "
        "its first start; if it is there: allow Describe on it\n"
    );
}

TEST(DoctorTopics, OtherCountsOfPartitionsAreNamed) {
    Findings found = test::healthy();
    test::topic_of(found, "order.placed") = test::topic("order.placed", 8);
    test::topic_of(found, "order.ordered") = test::topic("order.ordered", 8);
    const std::string text = told_of_topics(found);
    test::expect_said(
        text,
        "warn topic order.placed: it has 8 partitions, the contract says 6: it has grown, and to "
        "no "
        "multiple"
    );
    test::expect_said(
        text,
        "fail topic order.ordered: it has 8 partitions, the contract says 6 -> the count of homes"
    );
}

TEST(DoctorTopics, CompactionLosesEvents) {
    for (const char* policy : {"compact", "compact,delete"}) {
        const auto text = told_of("order.placed", [&](TopicFact& one) {
            one.settings["cleanup.policy"] = policy;
        });
        test::expect_said(text, "fail topic order.placed: it is compacted");
    }
}

TEST(DoctorTopics, RetentionMustOutliveAnOutage) {
    const auto kept = [](const char* ms) {
        return told_of("order.placed", [&](TopicFact& one) { one.settings["retention.ms"] = ms; });
    };
    test::expect_said(
        kept("3600000"),
        "fail topic order.placed: records are kept for 1h, and an outage may last 1d"
    );
    test::expect_said(kept("86399999"), "fail");
    EXPECT_EQ(kept("86400000"), "");
    EXPECT_EQ(kept("-1"), "");
    test::expect_said(
        told_of(
            "order.placed", [](TopicFact& one) { one.settings["retention.bytes"] = "1000000"; }
        ),
        "warn topic order.placed: retention.bytes is 1000000"
    );
}

TEST(DoctorTopics, CopiesAreCounted) {
    Findings found = test::healthy();
    test::topic_of(found, "order.placed") = test::topic("order.placed", 6, 1);
    test::expect_said(
        told_of_topics(found), "warn topic order.placed: it has 1 of 3 copies that 3 brokers allow"
    );
    test::expect_said(
        told_of("order.placed", [](TopicFact& one) { one.settings["min.insync.replicas"] = "1"; }),
        "min.insync.replicas is 1: what was acknowledged may be on one disk only"
    );
    test::expect_said(
        told_of("order.placed", [](TopicFact& one) { one.settings["min.insync.replicas"] = "3"; }),
        "one broker down stops all writing -> min.insync.replicas=2"
    );
    test::expect_said(
        told_of(
            "order.placed",
            [](TopicFact& one) { one.settings["unclean.leader.election.enable"] = "true"; }
        ),
        "acknowledged records can vanish"
    );
}

TEST(DoctorTopics, CopiesOfASingleBrokerAreNotAskedFor) {
    Findings found = test::healthy();
    found.cluster.brokers.resize(1);
    for (auto& topic : found.cluster.topics) {
        topic = test::topic(topic.name, static_cast<std::uint32_t>(topic.partitions.size()), 1);
        topic.settings["min.insync.replicas"] = "1";
    }
    EXPECT_EQ(told_of_topics(found), "");
}

TEST(DoctorTopics, PartitionsWithoutALeaderOrBehindAreNamed) {
    test::expect_said(
        told_of("order.placed", [](TopicFact& one) { one.partitions[2].leader = -1; }),
        "fail topic order.placed: 1 of 6 partitions have no leader"
    );
    test::expect_said(
        told_of("order.placed", [](TopicFact& one) { one.partitions[2].in_sync = 2; }),
        "warn topic order.placed: 1 of 6 partitions have copies that are behind"
    );
}

TEST(DoctorTopics, AnEventMustFit) {
    Findings found = test::healthy();
    test::topic_of(found, "order.ordered").settings["max.message.bytes"] = "1048588";
    test::expect_said(
        told_of_topics(found), "warn topic order.ordered: max.message.bytes is 1048588"
    );
    Expectations small = test::expectations();
    small.event_bytes_max = 65'536;
    EXPECT_EQ(told_of_topics(found, small), "");
}

TEST(DoctorTopics, WhatIsNotToldIsSaid) {
    const auto text = told_of("order.placed", [](TopicFact& one) {
        one.settings.clear();
        one.refusal = "Topic authorization failed";
    });
    test::expect_said(
        text, "warn topic order.placed: something of it is not told: Topic authorization failed"
    );
}

TEST(DoctorTopics, OursHaveThePrefix) {
    Expectations expected = test::expectations();
    expected.prefix = "test-";
    Findings found = test::healthy();
    for (auto& topic : found.cluster.topics) topic.name = "test-" + topic.name;
    EXPECT_EQ(told_of_topics(found, expected), "");
}

}  // namespace
}  // namespace sluice::doctor
