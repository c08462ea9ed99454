// A home that goes from machine to machine, with steps, snapshots and lost copies at random: what
// it finds is what it left at some step, and never older than what retention may take.

#include "base/test_seed.hpp"
#include "log/kafka/broker_fixture.hpp"

#include <map>
#include <random>

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;
using test::kFolded;
using test::kKept;
using test::soon;

constexpr HomeId kOnlyHome{0};

class SnapshotModel : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(open());
        SLUICE_ASSERT_OK(log_->create_topic({"home", 1}));
        SLUICE_ASSERT_OK(log_->create_topic({"out", 1}));
        take();
    }

    [[nodiscard]] Status open() {
        KafkaLogOptions options = place_.options();
        options.cache = options.cache.parent_path() / std::to_string(machine_);
        options.cluster.snapshots.bytes_min = 3'000;
        log_.reset();
        auto opened = open_kafka_log(options);
        if (!opened) return opened.error();
        log_ = std::move(opened.value());
        return ok();
    }

    void take() {
        auto joined = log_->join({"g", "home", {"out"}});
        SLUICE_ASSERT_OK(joined);
        member_ = std::move(joined.value());
        ASSERT_TRUE(soon([this] { return !member_->share().homes.empty(); }));
        auto taken = log_->take("g", {kOnlyHome});
        SLUICE_ASSERT_OK(taken);
        lease_ = std::move(taken.value());
    }

    /// The folds at step n are "true" up to n: row "until" says so, and the offset.
    void commit() {
        const std::string bytes(random_() % 500, 'x');
        Step step{{kOnlyHome}, {append(place("out", 0), {bytes})}, {}, {}};
        ++steps_;
        for (std::uint64_t left = random_() % 4; left > 0; --left) {
            const std::string key(1, static_cast<char>('a' + random_() % 6));
            if (random_() % 4 == 0) {
                rows_.erase(key);
                step.changes.push_back({kOnlyHome, kFolded, key, std::nullopt});
            } else {
                rows_[key] = std::to_string(steps_);
                step.changes.push_back({kOnlyHome, kFolded, key, rows_[key]});
            }
        }
        rows_["until"] = std::to_string(steps_);
        step.changes.push_back({kOnlyHome, kFolded, "until", rows_["until"]});
        step.changes.push_back({kOnlyHome, kKept, "until", rows_["until"]});
        step.consumed.push_back({kOnlyHome, place("out", 0), Offset{steps_}, /*folded=*/true});
        SLUICE_ASSERT_OK(lease_->commit(std::move(step)));
        as_of_[steps_] = rows_;
    }

    void move() {
        lease_.reset();
        member_.reset();
        machine_ = random_() % 3;
        if (random_() % 3 == 0) {
            log_.reset();
            std::filesystem::remove_all(
                place_.options().cache.parent_path() / std::to_string(machine_)
            );
        }
        SLUICE_ASSERT_OK(open());
        take();
        compare();
    }

    void compare() {
        EXPECT_EQ(lease_->get(kOnlyHome, kKept, "until").value(), std::to_string(steps_));
        const auto may_go = log_->consumed_by("g", place("out", 0));
        SLUICE_ASSERT_OK(may_go);
        const auto found = lease_->scan(kOnlyHome, kFolded, "", 100);
        SLUICE_ASSERT_OK(found);
        std::map<std::string, std::string> rows(found.value().begin(), found.value().end());
        const std::int64_t until = rows.contains("until") ? std::stoll(rows["until"]) : 0;
        EXPECT_LE(may_go.value().value_or(Offset{0}), Offset{until}) << "they may be trimmed";
        EXPECT_EQ(rows, as_of_[until]) << "as of step " << until;
        covered_ += may_go.value().value_or(Offset{0}).value > 0;
        older_ += until < steps_;
        // What is folded again up to now.
        rows_ = as_of_[steps_];
        Step step{{kOnlyHome}, {}, {}, {}};
        for (const auto& [key, value] : rows) step.changes.push_back({kOnlyHome, kFolded, key, {}});
        for (const auto& [key, value] : rows_)
            step.changes.push_back({kOnlyHome, kFolded, key, value});
        if (step.changes.empty()) return;
        SLUICE_ASSERT_OK(lease_->commit(std::move(step)));
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    test::KafkaPlace place_;
    std::uint64_t machine_{0};
    std::unique_ptr<Log> log_;
    std::unique_ptr<Membership> member_;
    std::unique_ptr<Lease> lease_;
    std::int64_t steps_{0};
    std::map<std::string, std::string> rows_;
    std::map<std::int64_t, std::map<std::string, std::string>> as_of_;
    int covered_{0};
    int older_{0};
};

TEST_F(SnapshotModel, WhereverTheHomeGoesItsFoldsAreThoseOfAStep) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    for (int round = 0; round < 25; ++round) {
        for (std::uint64_t left = random_() % 25; left > 0; --left) {
            ASSERT_NO_FATAL_FAILURE(commit());
        }
        ASSERT_NO_FATAL_FAILURE(move()) << "round " << round;
    }
    EXPECT_GT(covered_, 3) << "snapshots were made";
    EXPECT_GT(older_, 3) << "and mattered";
}

}  // namespace
}  // namespace sluice::log::kafka
