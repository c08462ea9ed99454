// Tables that are a fold, on a machine that has lost its copy, or has an old one; and what
// retention may take.

#include "log/kafka/broker_fixture.hpp"
#include "log/kafka/snapshot_keeper.hpp"
#include "log/kafka/snapshot_load.hpp"

#include <mutex>

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;
using test::kFolded;
using test::kKept;
using test::soon;

constexpr HomeId kMovedHome{1};
constexpr std::size_t kEnough = 100'000;

/// Two machines with the same homes, one after the other.
class SnapshotsTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_->topics.create({"home", 2}, kept_topic(parts_->options())));
        SLUICE_ASSERT_OK(parts_->topics.create({"out", 2}, kept_topic(parts_->options())));
        start();
    }

    void TearDown() override { stop(); }

    [[nodiscard]] KafkaLogOptions options(const std::string& machine) {
        KafkaLogOptions options = place_.options();
        options.cache = options.cache.parent_path() / machine;
        options.cluster.snapshots.bytes_min = kEnough;
        options.notice = [this](std::string_view said) {
            const std::lock_guard lock{said_mutex_};
            said_ += std::string{said} + "\n";
        };
        return options;
    }

    void start() {
        group_ = std::make_unique<Group>(
            parts_->options(), parts_->trouble(), parts_->topics, parts_->changed, "g"
        );
        SLUICE_ASSERT_OK(group_->join({"g", "home", {"out"}}));
        ASSERT_TRUE(soon([this] { return group_->share().homes.size() == 2; }));
        auto opened = KafkaLease::open(parts_->parts(), *group_, {kMovedHome});
        SLUICE_ASSERT_OK(opened);
        lease_ = std::move(opened.value());
    }

    void stop() {
        lease_.reset();
        if (group_) group_->leave();
        group_.reset();
    }

    /// The homes go to another machine, or come back to one that has had them.
    void move_to(const std::string& machine) {
        stop();
        parts_.reset();  // its directory has one process
        parts_ = std::make_unique<test::KafkaParts>(options(machine));
        start();
    }

    void commit(const std::string& value, std::size_t bytes, std::int64_t until) {
        Step step{{kMovedHome}, {append(place("out", 1), {std::string(bytes, 'x')})}, {}, {}};
        step.changes = {{kMovedHome, kFolded, "k", value}, {kMovedHome, kKept, "k", value}};
        step.consumed.push_back({kMovedHome, place("out", 1), Offset{until}, /*folded=*/true});
        SLUICE_ASSERT_OK(lease_->commit(std::move(step)));
    }

    [[nodiscard]] std::optional<Offset> committed() {
        const auto answer = group_->offsets().ask(std::vector{place("out", 1)});
        SLUICE_EXPECT_OK(answer);
        const auto& one = answer.value().front();
        return one ? std::optional{one->next} : std::nullopt;
    }

    /// Steps until one of them has referred to a snapshot.
    void commit_until_covered(std::int64_t until) {
        ASSERT_TRUE(soon([&] {
            EXPECT_TRUE(lease_->commit({{kMovedHome}, {append(place("out", 1), {"x"})}, {}, {}}));
            return committed() == Offset{until};
        }));
    }

    [[nodiscard]] std::optional<std::string> folded() {
        return lease_->get(kMovedHome, kFolded, "k").value();
    }

    [[nodiscard]] std::optional<std::string> kept() {
        return lease_->get(kMovedHome, kKept, "k").value();
    }

    [[nodiscard]] std::string said() {
        const std::lock_guard lock{said_mutex_};
        return said_;
    }

    [[nodiscard]] Offset first_of_snapshots() {
        return parts_->watermarks.ends(place("g.snapshots", 1)).value().first;
    }

    std::mutex said_mutex_;
    std::string said_;
    test::KafkaPlace place_;
    std::unique_ptr<test::KafkaParts> parts_{std::make_unique<test::KafkaParts>(options("one"))};
    std::unique_ptr<Group> group_;
    std::unique_ptr<Lease> lease_;
};

TEST_F(SnapshotsTest, WithoutOneNothingOfWhatIsFoldedMayGo) {
    commit("1", 10, 1);
    commit("2", 10, 2);
    EXPECT_EQ(committed(), Offset{0});
    move_to("two");
    EXPECT_EQ(folded(), std::nullopt) << "to be folded from the beginning";
    EXPECT_EQ(kept(), "2");
    EXPECT_FALSE(parts_->topics.look("g.snapshots").value().has_value()) << "nor is there a topic";
}

TEST_F(SnapshotsTest, AnotherMachineFindsThemAsTheyWereAtTheLastOne) {
    commit("covered", kEnough, 7);
    commit_until_covered(7);
    commit("later", 10, 9);
    EXPECT_EQ(committed(), Offset{7}) << "what came later is on this machine alone";
    move_to("two");
    EXPECT_EQ(folded(), "covered");
    EXPECT_EQ(kept(), "later");
}

TEST_F(SnapshotsTest, AMachineThatHasHadTheHomeBeforeTakesThoseOfItsHeir) {
    commit("of one", 10, 1);
    move_to("two");
    commit("of two", kEnough, 2);
    commit_until_covered(2);
    move_to("one");
    EXPECT_EQ(folded(), "of two");
}

TEST_F(SnapshotsTest, WhatIsNewerThanTheSnapshotIsKept) {
    commit("covered", kEnough, 1);
    commit_until_covered(1);
    commit("later", 10, 2);
    move_to("one");
    EXPECT_EQ(folded(), "later") << "its own copy";
}

TEST_F(SnapshotsTest, ALeaseThatGoesWhileOneIsWrittenLeavesNoReference) {
    commit("1", kEnough, 5);
    move_to("two");
    EXPECT_EQ(committed(), Offset{0});
    EXPECT_EQ(folded(), std::nullopt);
    commit("2", kEnough, 6);
    commit_until_covered(6);
    move_to("one");
    EXPECT_EQ(folded(), "2");
}

TEST_F(SnapshotsTest, TheOneBeforeStaysAndWhatLiesBeforeItGoes) {
    commit("1", kEnough, 1);
    commit_until_covered(1);
    EXPECT_EQ(first_of_snapshots(), Offset{0});
    commit("2", kEnough, 2);
    commit_until_covered(2);
    commit("3", kEnough, 3);
    commit_until_covered(3);
    EXPECT_TRUE(soon([this] { return first_of_snapshots() == Offset{1}; }))
        << first_of_snapshots().value;
    move_to("two");
    EXPECT_EQ(folded(), "3");
}

TEST_F(SnapshotsTest, OneThatIsNotWholeIsPassedOverAndTold) {
    commit("1", kEnough, 1);
    commit_until_covered(1);
    const Offset end = parts_->watermarks.ends(place("g.snapshots", 1)).value().committed;
    SLUICE_ASSERT_OK(parts_->topics.delete_below(place("g.snapshots", 1), end));
    move_to("two");
    EXPECT_EQ(folded(), std::nullopt);
    EXPECT_EQ(kept(), "1");
    EXPECT_NE(said().find("the snapshot of home 1 is not whole"), std::string::npos) << said();
}

TEST_F(SnapshotsTest, ManyBlocksComeBackAndDeletedRowsDoNot) {
    Step step{{kMovedHome}, {append(place("out", 1), {std::string(kEnough, 'x')})}, {}, {}};
    for (int i = 0; i < 5'000; ++i) {
        step.changes.push_back({kMovedHome, kFolded, std::to_string(i), std::string(100, 'v')});
    }
    step.changes.push_back({kMovedHome, kFolded, "17", std::nullopt});
    step.consumed.push_back({kMovedHome, place("out", 1), Offset{1}, /*folded=*/true});
    SLUICE_ASSERT_OK(lease_->commit(std::move(step)));
    commit_until_covered(1);
    move_to("two");
    EXPECT_EQ(lease_->scan(kMovedHome, kFolded, "", 10'000).value().size(), 4'999U);
    EXPECT_EQ(lease_->get(kMovedHome, kFolded, "17").value(), std::nullopt);
    const auto ref = snapshot_of(parts_->parts().cache.home("g", kMovedHome)).value();
    ASSERT_TRUE(ref.has_value());
    EXPECT_GT(ref->blocks, 5U);
}

TEST_F(SnapshotsTest, AReaderWithoutALeaseFindsThemToo) {
    commit("covered", kEnough, 7);
    commit_until_covered(7);
    stop();
    const auto log = test::open_kafka_or_fail(options("reader"));
    const auto rows = log->peek("g", kMovedHome, kFolded, "", 10);
    SLUICE_ASSERT_OK(rows);
    EXPECT_EQ(rows.value(), (Entries{{"k", "covered"}}));
}

TEST_F(SnapshotsTest, RetentionTakesWhatOneCoversAndNoMore) {
    commit("covered", kEnough, 1);
    commit_until_covered(1);
    stop();
    const auto log = test::open_kafka_or_fail(options("another"));
    EXPECT_EQ(conformance::code_of(log->trim(place("out", 1), Offset{2})), ErrorCode::kConflict);
    SLUICE_EXPECT_OK(log->trim(place("out", 1), Offset{1}));
}

}  // namespace
}  // namespace sluice::log::kafka
