// A snapshot on its way to the brokers and back, without a lease.

#include "log/kafka/snapshot_writer.hpp"

#include "log/kafka/broker_fixture.hpp"
#include "log/kafka/snapshot_load.hpp"
#include "log/kafka/state_record.hpp"

#include <mutex>

namespace sluice::log::kafka {
namespace {

using test::kFolded;
using test::soon;

constexpr Instant kWhen{1'800'000'000'000};

class SnapshotWriterTest : public testing::Test {
protected:
    [[nodiscard]] KafkaLogOptions options() {
        KafkaLogOptions options = place_.options();
        options.notice = [this](std::string_view said) {
            const std::lock_guard lock{said_mutex_};
            said_ += said;
        };
        return options;
    }

    /// Of a group that was never joined: two homes of three share a partition.
    [[nodiscard]] static SnapshotPlace place_of(HomeId home, std::uint32_t partitions = 2) {
        const TopicSpec topic{"g.snapshots", partitions};
        return {"g", topic, {topic.name, PartitionId{home.value % 2}}, home, false};
    }

    [[nodiscard]] Cache::Home copy(HomeId home) { return parts_.parts().cache.home("g", home); }

    void fill(HomeId home, int rows) {
        std::vector<StateChange> changes;
        for (int i = 0; i < rows; ++i) {
            const std::string value = std::to_string(home.value) + ": " + std::string(50, 'v');
            changes.push_back({home, kFolded, std::to_string(i), value});
        }
        SLUICE_ASSERT_OK(copy(home).write(changes, CacheMark{Offset{0}, 1, 1, kWhen}));
    }

    [[nodiscard]] static Result<SnapshotRef> outcome_of(const SnapshotJob& job) {
        EXPECT_TRUE(soon([&] { return job.outcome().has_value(); }));
        return *job.outcome();
    }

    /// Into a copy that has nothing, as whoever takes the home over does.
    void load(HomeId home, SnapshotRef ref) {
        SLUICE_ASSERT_OK(copy(home).clear());
        ref.step = 7;
        const StateChange refers{
            home, Table{kOwnTable}, std::string{kSnapshotKey}, encode_snapshot_ref(ref)};
        SLUICE_ASSERT_OK(copy(home).write(std::vector{refers}, CacheMark{Offset{0}, 7, 0, kWhen}));
        const RestoreNews news{"g", home, parts_.options().notice};
        SLUICE_ASSERT_OK(restore_folds(parts_.streams, place_of(home).partition, copy(home), news));
    }

    [[nodiscard]] std::string said() {
        const std::lock_guard lock{said_mutex_};
        return said_;
    }

    std::mutex said_mutex_;
    std::string said_;
    test::KafkaPlace place_;
    test::KafkaParts parts_{options()};
};

TEST_F(SnapshotWriterTest, HomesThatShareAPartitionGetTheirOwn) {
    const std::vector<HomeId> homes{HomeId{0}, HomeId{1}, HomeId{2}};
    std::vector<std::shared_ptr<SnapshotJob>> jobs;
    for (const HomeId home : homes) {
        fill(home, 3'000 + static_cast<int>(home.value));
        jobs.push_back(parts_.snapshots.write(place_of(home), copy(home).fold_rows()));
    }
    for (std::size_t i = 0; i < homes.size(); ++i) {
        const auto ref = outcome_of(*jobs[i]);
        SLUICE_ASSERT_OK(ref);
        EXPECT_GT(ref.value().blocks, 2U);
        load(homes[i], ref.value());
        const auto rows = copy(homes[i]).scan(kFolded, "", 10'000).value();
        EXPECT_EQ(rows.size(), 3'000U + homes[i].value);
        EXPECT_EQ(rows.front().second.front(), static_cast<char>('0' + homes[i].value));
        EXPECT_EQ(copy(homes[i]).mark().value()->folds, 7U);
    }
    EXPECT_EQ(said(), "");
}

TEST_F(SnapshotWriterTest, OfAHomeThatHasNothingThereIsOneWithoutBlocks) {
    const HomeId home{0};
    const auto job = parts_.snapshots.write(place_of(home), copy(home).fold_rows());
    const auto ref = outcome_of(*job);
    SLUICE_ASSERT_OK(ref);
    EXPECT_EQ(ref.value().blocks, 0U);
    load(home, ref.value());
    EXPECT_EQ(copy(home).scan(kFolded, "", 10).value(), Entries{});
}

TEST_F(SnapshotWriterTest, ItIsWhatTheTablesWereWhenItWasAskedFor) {
    const HomeId home{1};
    fill(home, 10);
    FoldRows frozen = copy(home).fold_rows();
    fill(home, 20);
    const auto job = parts_.snapshots.write(place_of(home), std::move(frozen));
    const auto ref = outcome_of(*job);
    SLUICE_ASSERT_OK(ref);
    load(home, ref.value());
    EXPECT_EQ(copy(home).scan(kFolded, "", 100).value().size(), 10U);
}

TEST_F(SnapshotWriterTest, OneThatIsNotNeededAnyMoreEndsAndIsNotTold) {
    const HomeId home{0};
    fill(home, 10);
    FoldRows rows = copy(home).fold_rows();
    const auto first = parts_.snapshots.write(place_of(home), copy(home).fold_rows());
    const auto job = parts_.snapshots.write(place_of(home), std::move(rows));
    job->cancel();
    SLUICE_EXPECT_OK(outcome_of(*first));
    EXPECT_EQ(conformance::code_of(outcome_of(*job)), ErrorCode::kUnavailable);
    EXPECT_EQ(said(), "");
}

TEST_F(SnapshotWriterTest, OneThatCannotBeWrittenIsTold) {
    const HomeId home{0};
    fill(home, 10);
    SLUICE_ASSERT_OK(parts_.topics.create({"g.snapshots", 2}, kept_topic(parts_.options())));
    const auto job = parts_.snapshots.write(place_of(home, 5), copy(home).fold_rows());
    EXPECT_EQ(conformance::code_of(outcome_of(*job)), ErrorCode::kConflict);
    EXPECT_NE(said().find("no snapshot of home 0 could be written"), std::string::npos) << said();
}

}  // namespace
}  // namespace sluice::log::kafka
