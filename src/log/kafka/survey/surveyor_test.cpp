#include "log/kafka/survey/surveyor.hpp"

#include "log/kafka/survey/survey_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::log::kafka {
namespace {

using sluice::test::unique_name;

class KafkaSurveyor : public testing::Test {
protected:
    [[nodiscard]] ClusterFact cluster() const {
        auto found = surveyor_.cluster();
        EXPECT_TRUE(found) << found.error().message;
        return found ? std::move(found).value() : ClusterFact{};
    }

    static const TopicFact* topic_of(const ClusterFact& cluster, const std::string& name) {
        const auto& topics = cluster.topics;
        const auto found = std::find_if(topics.begin(), topics.end(), [&](const TopicFact& one) {
            return one.name == name;
        });
        return found == topics.end() ? nullptr : &*found;
    }

    Surveyor surveyor_{std::move(Surveyor::open(test::shared_cluster())).value()};
    test::Producer producer_;
};

TEST_F(KafkaSurveyor, SeesBrokersAndTopics) {
    const std::string name = unique_name("seen");
    producer_.make_topic(name, 3);
    const ClusterFact seen = cluster();
    ASSERT_EQ(seen.brokers.size(), 1U);
    EXPECT_EQ(seen.brokers[0].id, 1);
    EXPECT_EQ(seen.brokers[0].host, "127.0.0.1");
    EXPECT_FALSE(seen.id.empty());
    EXPECT_EQ(seen.controller, 1);
    const TopicFact* topic = topic_of(seen, name);
    ASSERT_NE(topic, nullptr);
    ASSERT_EQ(topic->partitions.size(), 3U);
    EXPECT_EQ(topic->partitions[2], (PartitionFact{PartitionId{2}, 1, 1, 1}));
    EXPECT_EQ(topic->refusal, "");
}

TEST_F(KafkaSurveyor, ReadsTheSettingsOfTopicsAndBrokers) {
    const std::string name = unique_name("settings");
    producer_.make_topic(name, 1, {{"retention.ms", "3600000"}, {"cleanup.policy", "compact"}});
    ClusterFact seen = cluster();
    surveyor_.add_settings(seen, std::vector<std::string>{name, unique_name("not-there")});
    const TopicFact* topic = topic_of(seen, name);
    ASSERT_NE(topic, nullptr);
    EXPECT_EQ(topic->settings.at("retention.ms"), "3600000");
    EXPECT_EQ(topic->settings.at("cleanup.policy"), "compact");
    EXPECT_EQ(seen.brokers[0].settings.at("offsets.topic.replication.factor"), "1");
    EXPECT_EQ(seen.brokers[0].refusal, "");
}

TEST_F(KafkaSurveyor, KnowsEndsAndOffsetsAtATime) {
    const std::string name = unique_name("ends");
    producer_.make_topic(name, 2);
    for (const std::int64_t time : {1'000, 2'000, 3'000}) producer_.send(name, 0, "x", time);
    producer_.flush();
    const PartitionRef full{name, PartitionId{0}};
    const PartitionRef empty{name, PartitionId{1}};
    EXPECT_EQ(surveyor_.ends(full).value(), (Ends{Offset{0}, Offset{3}, Offset{3}}));
    EXPECT_EQ(surveyor_.ends(empty).value(), Ends{});
    const std::vector<PartitionRef> both{full, empty};
    const auto middle = surveyor_.offsets_at(both, Instant{1'500});
    ASSERT_TRUE(middle) << middle.error().message;
    EXPECT_EQ(middle.value().at(full), Offset{1});
    EXPECT_EQ(middle.value().at(empty), std::nullopt);
    EXPECT_EQ(surveyor_.offsets_at(both, Instant{9'000}).value().at(full), std::nullopt);
    const auto none = surveyor_.ends({unique_name("not-there"), PartitionId{0}});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound) << none.error().message;
}

TEST_F(KafkaSurveyor, SeesGroupsAndWhatTheyHaveCommitted) {
    const std::string name = unique_name("group");
    producer_.make_topic(name, 1);
    producer_.send(name, 0, "x");
    producer_.flush();
    test::commit_offset(name, name, 0, 1);
    const auto groups = surveyor_.groups();
    ASSERT_TRUE(groups) << groups.error().message;
    const auto found =
        std::find_if(groups.value().begin(), groups.value().end(), [&](const GroupFact& one) {
            return one.name == name;
        });
    ASSERT_NE(found, groups.value().end());
    EXPECT_EQ(found->state, "Empty");
    const auto committed = surveyor_.committed(name);
    ASSERT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(
        committed.value(), (std::map<PartitionRef, Offset>{{{name, PartitionId{0}}, Offset{1}}})
    );
}

/// Brokers make what coordinates groups when the first group is asked for.
TEST(KafkaSurveyorOfAFreshCluster, KnowsThatAGroupThatIsTheFirstHasCommittedNothing) {
    const sluice::test::KafkaCluster cluster;
    const auto surveyor = Surveyor::open({cluster.bootstrap(), {}, {}, {}}, Milliseconds{60'000});
    ASSERT_TRUE(surveyor) << surveyor.error().message;
    const auto committed = surveyor.value().committed("nobody");
    ASSERT_TRUE(committed) << committed.error().message;
    EXPECT_TRUE(committed.value().empty());
}

TEST_F(KafkaSurveyor, SeesThatNobodyChecksPermissions) {
    const auto acls = surveyor_.acls();
    ASSERT_TRUE(acls) << acls.error().message;
    EXPECT_TRUE(acls.value().empty());
    ClusterFact seen = cluster();
    surveyor_.add_settings(seen, {});
    EXPECT_EQ(seen.brokers[0].settings.at("authorizer.class.name"), "");
}

}  // namespace
}  // namespace sluice::log::kafka
