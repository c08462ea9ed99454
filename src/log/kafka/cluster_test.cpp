// What the log asks a cluster for: topics, offsets of groups, retention, publishing.

#include "log/kafka/broker_fixture.hpp"
#include "log/kafka/removal.hpp"
#include "log/kafka/retention.hpp"
#include "log/kafka/state_record.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::code_of;
using conformance::place;

class ClusterTest : public testing::Test {
protected:
    [[nodiscard]] GroupMetadataHandle metadata(const std::string& group) {
        const std::string name = parts_.options().prefix + group;
        return GroupMetadataHandle{rd_kafka_consumer_group_metadata_new(name.c_str())};
    }

    /// As a lease does, which has made the topic of the group's state first.
    void consume(const std::string& group, const PartitionRef& of, std::int64_t next) {
        const TopicSpec state{state_topic(group), 1};
        SLUICE_ASSERT_OK(topics_.create(state, compacted_topic(parts_.options())));
        GroupOffsets coordinated{parts_.options(), parts_.trouble(), topics_, group};
        SLUICE_ASSERT_OK(coordinated.ask(std::vector{of}));  // a new broker's takes a while
        const auto steps = parts_.transactions(group + ".step");
        SLUICE_ASSERT_OK(steps->write({}, {{of, Offset{next}, ""}}, metadata(group).get()));
    }

    test::KafkaPlace place_;
    test::KafkaParts parts_{place_.options()};
    Topics& topics_{parts_.topics};
    Retention retention_{parts_.raw(), parts_.options(), parts_.trouble(), topics_};
};

TEST_F(ClusterTest, TwoProcessesMakeTheSameTopic) {
    test::KafkaParts other{[this] {
        KafkaLogOptions options = place_.options();
        options.cache /= "other";
        return options;
    }()};
    std::vector<Status> made(2, ok());
    {
        const std::jthread one{[&] {
            made[0] = topics_.create({"t", 3}, kept_topic(parts_.options()));
        }};
        const std::jthread two{[&] {
            made[1] = other.topics.create({"t", 3}, kept_topic(parts_.options()));
        }};
    }
    SLUICE_EXPECT_OK(made[0]);
    SLUICE_EXPECT_OK(made[1]);
    EXPECT_EQ(other.topics.find("t").value()->partitions, 3U);
    EXPECT_EQ(
        code_of(other.topics.create({"t", 4}, kept_topic(parts_.options()))), ErrorCode::kConflict
    );
}

TEST_F(ClusterTest, WhatIsMadeHereIsThereAtOnce) {
    for (int i = 0; i < 5; ++i) {
        const std::string name = "t" + std::to_string(i);
        SLUICE_ASSERT_OK(topics_.create({name, 6}, kept_topic(parts_.options())));
        EXPECT_EQ(topics_.all().value().size(), static_cast<std::size_t>(i + 1));
        for (std::uint32_t p = 0; p < 6; ++p) {
            SLUICE_EXPECT_OK(parts_.watermarks.ends(place(name, p)));
        }
    }
}

TEST_F(ClusterTest, ASettingThatTheClusterRefusesIsNamed) {
    TopicConfig config = kept_topic(parts_.options());
    config.emplace_back("cleanup.policy", "sweep");
    const Status refused = topics_.create({"t", 1}, config);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("make topic t"), std::string::npos);
    EXPECT_FALSE(topics_.find("t").value().has_value());
}

TEST_F(ClusterTest, OffsetsAreSeenByWhoeverAsks) {
    SLUICE_ASSERT_OK(topics_.create({"t", 2}, kept_topic(parts_.options())));
    GroupOffsets offsets{parts_.options(), parts_.trouble(), topics_, "g"};
    EXPECT_EQ(offsets.recent(place("t")).value(), std::nullopt);
    consume("g", place("t"), 5);
    EXPECT_TRUE(test::soon([&] { return offsets.recent(place("t")).value() == Offset{5}; }));
    EXPECT_EQ(offsets.recent(place("t", 1)).value(), std::nullopt);
    offsets.moved(place("t"), Offset{7});
    EXPECT_GE(offsets.recent(place("t")).value(), Offset{5});
}

TEST_F(ClusterTest, RetentionAsksEveryGroupUnderThePrefixAndNoOther) {
    SLUICE_ASSERT_OK(topics_.create({"t", 1}, kept_topic(parts_.options())));
    const auto needs = [&](std::int64_t below) {
        return retention_.nobody_needs(place("t"), Offset{below});
    };
    SLUICE_EXPECT_OK(needs(100));
    consume("fast", place("t"), 10);
    consume("slow", place("t"), 4);
    SLUICE_EXPECT_OK(needs(4));
    const Status refused = needs(5);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("\"slow\""), std::string::npos);
    EXPECT_EQ(refused.error().message.find("\"fast\""), std::string::npos);
}

TEST_F(ClusterTest, AGroupIsAskedThoughItsTopicDoesNotTellItsName) {
    SLUICE_ASSERT_OK(topics_.create({"t", 1}, kept_topic(parts_.options())));
    consume("two words", place("t"), 4);
    const Status refused = retention_.nobody_needs(place("t"), Offset{5});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("\"two words\""), std::string::npos);
}

TEST_F(ClusterTest, RetentionWaitsForAStepThatIsCommitting) {
    SLUICE_ASSERT_OK(topics_.create({"t", 1}, kept_topic(parts_.options())));
    for (std::int64_t next = 1; next <= 40; ++next) {
        consume("busy", place("t"), next);  // its marker is written after the answer
        SLUICE_ASSERT_OK(retention_.nobody_needs(place("t"), Offset{next}));
    }
}

TEST_F(ClusterTest, ManyPublishAtOnceAndEachIsToldWhereItsRecordsAre) {
    SLUICE_ASSERT_OK(topics_.create({"t", 1}, kept_topic(parts_.options())));
    auto producer = Producer::open(parts_.options(), parts_.trouble(), topics_);
    SLUICE_ASSERT_OK(producer);
    std::mutex mutex;
    std::map<Offset, std::string> told;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 25; ++i) {
                    const std::string value = std::to_string(t) + "-" + std::to_string(i);
                    const auto offsets =
                        producer.value()->publish({append(place("t"), {value, value + "+"})});
                    SLUICE_EXPECT_OK(offsets);
                    const std::lock_guard lock{mutex};
                    EXPECT_TRUE(told.emplace(offsets.value()[0], value).second);
                    EXPECT_TRUE(told.emplace(offsets.value()[1], value + "+").second);
                }
            });
        }
    }
    Offset next{0};
    std::size_t seen = 0;
    ASSERT_TRUE(test::soon([&] {
        const auto read = parts_.streams.read(place("t"), next, {});
        for (const StoredRecord& stored : *read) {
            EXPECT_EQ(told.at(stored.offset), stored.record.value);
            ++seen;
        }
        next = read.value().next();
        return seen == 200;
    }));
}

TEST_F(ClusterTest, WhatIsUnderAPrefixIsRemovedAndNothingElse) {
    KafkaLogOptions neighbour = parts_.options();
    neighbour.prefix.pop_back();
    neighbour.prefix += "x.";
    test::KafkaParts other{[&] {
        KafkaLogOptions options = neighbour;
        options.cache /= "neighbour";
        return options;
    }()};
    SLUICE_ASSERT_OK(other.topics.create({"t", 1}, kept_topic(neighbour)));
    for (const char* topic : {"a", "b"}) {
        SLUICE_ASSERT_OK(topics_.create({topic, 2}, kept_topic(parts_.options())));
    }
    consume("g", place("a"), 1);
    const auto removed = remove_from_kafka(parts_.options());
    SLUICE_ASSERT_OK(removed);
    EXPECT_EQ(removed.value(), 3U) << "and the state of the group";
    EXPECT_TRUE(test::soon([&] { return topics_.all().value().empty(); }));
    EXPECT_EQ(other.topics.all().value().size(), 1U);
    EXPECT_EQ(remove_from_kafka(parts_.options()).value(), 0U) << "it is done already";
    EXPECT_EQ(remove_from_kafka(neighbour).value(), 1U);
    neighbour.prefix.clear();
    EXPECT_EQ(code_of(remove_from_kafka(neighbour)), ErrorCode::kInvalidArgument);
}

TEST_F(ClusterTest, ABrokerThatIsNotThereIsUnavailable) {
    KafkaLogOptions options = place_.options();
    options.cluster.bootstrap = "127.0.0.1:1";
    options.cache /= "nowhere";
    options.reach = std::chrono::milliseconds{500};
    const auto refused = open_kafka_log(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    for (const char* part : {"127.0.0.1:1 within 0.5 s", "Connection refused", "sluice doctor"}) {
        EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
    }
}

TEST_F(ClusterTest, APropertyThatIsNoneIsNamed) {
    KafkaLogOptions options = place_.options();
    options.cluster.properties["no.such.thing"] = "1";
    options.cache /= "else";
    const auto refused = open_kafka_log(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(refused.error().message.find("no.such.thing"), std::string::npos);
}

}  // namespace
}  // namespace sluice::log::kafka
