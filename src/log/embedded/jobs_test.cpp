// What the writer is handed: what each job adds to a group, and what it takes back.
#include "log/embedded/jobs.hpp"

#include "log/embedded/test_log.hpp"
#include "log/embedded/test_store.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace sluice::log {

namespace {

constexpr HomeId kHomeOfJobs{4};
constexpr Table kTable{1};
using test::kPlace;

/// Jobs against a store with the topic t, written one group after the other.
class Jobs : public test::StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        reader_.emplace(*store_, health_);
        CreateTopicJob made{catalog_, TopicSpec{"t", 2}};
        ASSERT_TRUE(write(made));
    }

    /// A group of one job, as the writer makes it.
    Status write(Job& job) {
        GroupBatch batch{*store_, ++group_};
        Status added = job.add_to(batch);
        if (!added) return added;
        EXPECT_TRUE(store_->db().Write({}, &batch.seal()).ok());
        batch.committed();
        job.committed();
        return added;
    }

    /// The same, but the disk does not take it.
    void fail(Job& job) {
        GroupBatch batch{*store_, ++group_};
        EXPECT_TRUE(job.add_to(batch));
        batch.abandoned();
        job.abandoned();
    }

    [[nodiscard]] static Append append(const PartitionRef& to, std::string text) {
        return Append{to, {test::text_record(std::move(text))}};
    }

    [[nodiscard]] Ends ends() const { return catalog_.locate(kPlace).value().ends().load(); }

    std::vector<Offset> publish(std::size_t count) {
        WriteJob job{nullptr};
        EXPECT_TRUE(job.encode_appends(catalog_, std::vector(count, append(kPlace, "x"))));
        EXPECT_TRUE(write(job));
        return job.take_offsets();
    }

    /// A lease's tenure and its group.
    std::pair<GroupId, std::shared_ptr<Tenure>> take(std::string_view group) {
        const std::vector<HomeId> homes{kHomeOfJobs};
        TakeJob job{catalog_, tenures_, group, homes};
        EXPECT_TRUE(write(job));
        return {job.group(), job.tenure()};
    }

    Catalog catalog_;
    Tenures tenures_;
    std::optional<Reader> reader_;
    std::uint64_t group_{0};
};

TEST_F(Jobs, AWriteGivesTheOffsetOfEachRecord) {
    EXPECT_EQ(publish(3), (std::vector{Offset{0}, Offset{1}, Offset{2}}));
    WriteJob job{nullptr};
    const PartitionRef other{"t", PartitionId{1}};
    Append two = append(other, "y");
    two.records.push_back(test::text_record("z"));
    ASSERT_TRUE(job.encode_appends(catalog_, {two, append(kPlace, "w"), append(other, "v")}));
    EXPECT_GT(job.bytes(), 4U);
    ASSERT_TRUE(write(job));
    EXPECT_EQ(job.take_offsets(), (std::vector{Offset{0}, Offset{1}, Offset{3}, Offset{2}}));
}

TEST_F(Jobs, AWriteToNowhereIsRefusedBeforeItIsQueued) {
    WriteJob job{nullptr};
    const PartitionRef beyond{"t", PartitionId{2}};
    const Status refused = job.encode_appends(catalog_, {append(kPlace, "x"), append(beyond, "y")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    const Consumed read{kHomeOfJobs, beyond, Offset{1}};
    EXPECT_FALSE(
        WriteJob{nullptr}.encode_step(catalog_, GroupId{1}, Step{{kHomeOfJobs}, {}, {read}, {}})
    );
}

TEST_F(Jobs, AWriteThatFailedGivesItsOffsetsToTheNext) {
    static_cast<void>(publish(2));
    WriteJob lost{nullptr};
    ASSERT_TRUE(lost.encode_appends(catalog_, {append(kPlace, "lost")}));
    fail(lost);
    EXPECT_EQ(ends(), (Ends{Offset{0}, Offset{2}, Offset{2}}));
    EXPECT_EQ(publish(1), std::vector{Offset{2}});
}

TEST_F(Jobs, OnlyAPublishNeedsTheReserve) {
    const auto [group, tenure] = take("g");
    const std::vector<HomeId> homes{kHomeOfJobs};
    EXPECT_TRUE(WriteJob{nullptr}.needs_reserve());
    EXPECT_FALSE(WriteJob{tenure.get()}.needs_reserve());
    EXPECT_TRUE((CreateTopicJob{catalog_, TopicSpec{"u", 1}}.needs_reserve()));
    EXPECT_FALSE((TakeJob{catalog_, tenures_, "g", homes}.needs_reserve()));
    const Located at = catalog_.locate(kPlace).value();
    EXPECT_FALSE((TrimJob{catalog_, *reader_, at, Offset{0}}.needs_reserve()));
}

TEST_F(Jobs, AStepOfAnEndedTenureAddsNothing) {
    const auto [group, tenure] = take("g");
    WriteJob job{tenure.get()};
    const StateChange change{kHomeOfJobs, kTable, "k", "v"};
    ASSERT_TRUE(
        job.encode_step(catalog_, group, Step{{kHomeOfJobs}, {append(kPlace, "x")}, {}, {change}})
    );
    static_cast<void>(take("g"));
    GroupBatch batch{*store_, ++group_};
    EXPECT_EQ(job.add_to(batch).error().code, ErrorCode::kFenced);
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(ends().high_watermark, Offset{0});
}

TEST_F(Jobs, AStepPutsItsOffsetsAndItsState) {
    const auto [group, tenure] = take("g");
    WriteJob job{tenure.get()};
    const Consumed read{kHomeOfJobs, kPlace, Offset{9}};
    const std::vector<StateChange> changes{
        {kHomeOfJobs, kTable, "kept", "1"},
        {kHomeOfJobs, kTable, "gone", "1"},
        {kHomeOfJobs, kTable, "gone", {}}};
    ASSERT_TRUE(job.encode_step(catalog_, group, Step{{kHomeOfJobs}, {}, {read}, changes}));
    ASSERT_TRUE(write(job));
    EXPECT_EQ(reader_->consumed(group, Place{TopicId{1}, PartitionId{0}}).value(), Offset{9});
    const Entries kept{{"kept", "1"}};
    EXPECT_EQ(reader_->scan(group, kHomeOfJobs, kTable, "", 9).value(), kept);
}

TEST_F(Jobs, ATopicIsMadeOnceAndItsCountStays) {
    CreateTopicJob again{catalog_, TopicSpec{"t", 2}};
    GroupBatch batch{*store_, ++group_};
    EXPECT_TRUE(again.add_to(batch));
    EXPECT_TRUE(batch.empty());
    CreateTopicJob other{catalog_, TopicSpec{"t", 3}};
    const Status refused = other.add_to(batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("2 partitions, not 3"), std::string::npos);
}

TEST_F(Jobs, ATopicThatWasNotWrittenIsNotThere) {
    CreateTopicJob lost{catalog_, TopicSpec{"u", 1}};
    fail(lost);
    EXPECT_EQ(catalog_.find("u"), nullptr);
    CreateTopicJob made{catalog_, TopicSpec{"v", 1}};
    ASSERT_TRUE(write(made));
    EXPECT_EQ(catalog_.find("v")->id, TopicId{2});
}

TEST_F(Jobs, ATakingThatWasNotWrittenFencesNobody) {
    const auto [group, tenure] = take("g");
    const std::vector<HomeId> homes{kHomeOfJobs};
    TakeJob lost{catalog_, tenures_, "g", homes};
    fail(lost);
    EXPECT_TRUE(tenure->check());
    EXPECT_EQ(take("g").first, group);  // and the group keeps its id
    EXPECT_FALSE(tenure->check());
}

TEST_F(Jobs, ATrimThatWasNotWrittenMovesNothing) {
    static_cast<void>(publish(3));
    const Located at = catalog_.locate(kPlace).value();
    TrimJob lost{catalog_, *reader_, at, Offset{2}};
    fail(lost);
    EXPECT_EQ(ends().first, Offset{0});
    TrimJob done{catalog_, *reader_, at, Offset{2}};
    ASSERT_TRUE(write(done));
    EXPECT_EQ(ends().first, Offset{2});
    TrimJob late{catalog_, *reader_, at, Offset{1}};  // there already
    fail(late);
    EXPECT_EQ(ends().first, Offset{2});
}

TEST_F(Jobs, ATrimBeyondTheEndIsAMistake) {
    static_cast<void>(publish(3));
    const Located at = catalog_.locate(kPlace).value();
    TrimJob beyond{catalog_, *reader_, at, Offset{4}};
    GroupBatch batch{*store_, ++group_};
    const Status refused = beyond.add_to(batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().message, "cannot trim t/0 below 4: its end is 3");
    EXPECT_EQ(ends().first, Offset{0});
}

}  // namespace

}  // namespace sluice::log
