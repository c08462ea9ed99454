#include "log/kafka/broker_fixture.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;
using test::OpenTransaction;
using test::soon;

class TransactionsTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_.topics.create({"t", 2}, kept_topic(parts_.options())));
        GroupOffsets coordinated{parts_.options(), parts_.trouble(), parts_.topics, "g"};
        SLUICE_ASSERT_OK(coordinated.ask(std::vector{at_}));
        group_.reset(rd_kafka_consumer_group_metadata_new((parts_.options().prefix + "g").c_str()));
    }

    [[nodiscard]] std::vector<std::string> texts() {
        const auto read = parts_.streams.read(at_, Offset{0}, {});
        SLUICE_EXPECT_OK(read);
        std::vector<std::string> all;
        for (const StoredRecord& stored : *read) all.push_back(*stored.record.value);
        return all;
    }

    test::KafkaPlace place_;
    test::KafkaParts parts_{[this] {
        KafkaLogOptions options = place_.options();
        options.transaction = std::chrono::milliseconds{3'000};  // a zombie gives up after that
        return options;
    }()};
    GroupMetadataHandle group_;
    const PartitionRef at_{place("t")};
};

TEST_F(TransactionsTest, RecordsAndOffsetsAreOneThing) {
    const auto steps = parts_.transactions("one");
    const std::string mark = encode_mark({7, "one"});
    const auto offsets = steps->write(
        {append(at_, {"a", "b"}), append(place("t", 1), {"c"})},
        {{at_, Offset{5}, mark}, {place("t", 1), Offset{6}, ""}},
        group_.get()
    );
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, (std::vector{Offset{0}, Offset{1}, Offset{0}}));
    GroupOffsets group{parts_.options(), parts_.trouble(), parts_.topics, "g"};
    const auto committed = group.ask(std::vector{at_, place("t", 1)});
    SLUICE_ASSERT_OK(committed);
    EXPECT_EQ(committed.value()[0]->next, Offset{5});
    EXPECT_EQ(committed.value()[0]->mark, (CommitMark{7, "one"}));
    EXPECT_EQ(committed.value()[1]->next, Offset{6});
    EXPECT_EQ(committed.value()[1]->mark, std::nullopt);
    EXPECT_EQ(texts(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(TransactionsTest, WhoeverBeginsUnderTheSameIdFencesTheOther) {
    const auto before = parts_.transactions("same");
    SLUICE_ASSERT_OK(before->write({append(at_, {"a"})}, {}, group_.get()));
    const auto after = parts_.transactions("same");
    const auto refused = before->write({append(at_, {"zombie"})}, {}, group_.get());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kFenced) << refused.error().message;
    EXPECT_TRUE(before->is_aborted());
    SLUICE_ASSERT_OK(after->write({append(at_, {"b"})}, {}, group_.get()));
    EXPECT_EQ(texts(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(TransactionsTest, AnIdEndsWhatWasLeftOpenUnderIt) {
    const OpenTransaction left{parts_, "left", at_, "never"};
    EXPECT_EQ(parts_.watermarks.ends(at_).value(), (Ends{Offset{0}, Offset{0}, Offset{1}}));
    const auto heir = parts_.transactions("left");
    EXPECT_TRUE(soon([&] { return parts_.watermarks.committed(at_).value() == Offset{2}; }));
    EXPECT_EQ(texts(), std::vector<std::string>{});
}

/// A generation that the group does not have: a member that was replaced.
TEST_F(TransactionsTest, AnotherGenerationIsFencedAndLeavesNothing) {
    SLUICE_ASSERT_OK(parts_.topics.create({"home", 1}, kept_topic(parts_.options())));
    ChangeSignal changed;
    const GroupSpec spec{"g", "home", {}};
    const auto member =
        Member::open(parts_.options(), parts_.topics, spec, changed, [](bool /*lost*/) {});
    SLUICE_ASSERT_OK(member);
    ASSERT_TRUE(soon([&] { return member.value()->share().homes.size() == 1; }));
    const std::string group = parts_.options().prefix + "g";
    const GroupMetadataHandle stale{
        rd_kafka_consumer_group_metadata_new_with_genid(group.c_str(), 999, "nobody", nullptr)};
    const auto zombie = parts_.transactions("zombie");
    const auto refused =
        zombie->write({append(at_, {"zombie"})}, {{place("home"), Offset{0}, ""}}, stale.get());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kFenced) << refused.error().message;
    const auto owner = parts_.transactions("owner");
    SLUICE_ASSERT_OK(owner->write(
        {append(at_, {"owner"})}, {{place("home"), Offset{0}, ""}}, member.value()->metadata().get()
    ));
    EXPECT_TRUE(soon([&] { return texts() == std::vector<std::string>{"owner"}; }));
}

TEST_F(TransactionsTest, ARecordThatTheTopicRefusesIsTooLargeAndAllIsAborted) {
    TopicConfig small = kept_topic(parts_.options());
    for (auto& [name, value] : small) {
        if (name == "max.message.bytes") value = "1000";
    }
    SLUICE_ASSERT_OK(parts_.topics.create({"small", 1}, small));
    const auto steps = parts_.transactions("one");
    const auto refused = steps->write(
        {append(at_, {"a"}), append(place("small"), {std::string(5'000, 'x')})}, {}, group_.get()
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge) << refused.error().message;
    EXPECT_TRUE(steps->is_aborted());
    EXPECT_TRUE(soon([&] { return parts_.watermarks.committed(at_).value() == Offset{2}; }));
    EXPECT_EQ(texts(), std::vector<std::string>{});
}

}  // namespace
}  // namespace sluice::log::kafka
