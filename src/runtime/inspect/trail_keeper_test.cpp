// Trails over topics that a test writes by hand: what is found, again after a restart, and what
// goes when retention has taken the records.

#include "runtime/inspect/trail_keeper.hpp"

#include "base/test_seed.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

constexpr HomeId kHome{0};

class TrailTest : public testing::Test {
protected:
    TrailTest() : log_{open_or_fail(test_options(scratch_.path()))} {
        EXPECT_TRUE(ensure_topics(log_, "shop", 1, {}));
        open();
    }

    void open() {
        session_.reset();
        lease_ = log_.take(trail_group("shop"), {kHome}).value();
        auto session = TrailSession::open(log_, *lease_, "shop");
        ASSERT_TRUE(session) << session.error().message;
        session_ = std::make_unique<TrailSession>(std::move(session.value()));
    }

    void append(TrailTopic topic, const std::vector<std::string>& subjects) {
        std::vector<Record> records;
        for (const std::string& subject : subjects) {
            Record& record = records.emplace_back();
            record.key = subject;
            record.value = "{}";
        }
        append_records(topic, std::move(records));
    }

    void append_records(TrailTopic topic, std::vector<Record> records) {
        std::vector<log::Append> appends{{at(topic), std::move(records)}};
        ASSERT_TRUE(log_.publish(std::move(appends)));
    }

    static log::PartitionRef at(TrailTopic topic) {
        return {trail_topic(topic, "shop"), PartitionId{0}};
    }

    void step() {
        for (int i = 0; i < 1'000; ++i) {
            const auto moved = session_->step();
            ASSERT_TRUE(moved) << moved.error().message;
            if (!moved.value()) return;
        }
        FAIL() << "it never comes to rest";
    }

    std::vector<std::int64_t> trail(const std::string& subject, TrailTopic topic) {
        const std::string prefix = trail_prefix(subject, topic);
        std::vector<std::int64_t> offsets;
        for (const auto& [key, value] :
             lease_->scan(kHome, table::kTrails, prefix, 10'000).value()) {
            if (!key.starts_with(prefix)) break;
            const auto decoded = decode_trail(key, value);
            for (const Offset one : decoded.value()) offsets.push_back(one.value);
        }
        return offsets;
    }

    std::size_t keys() { return lease_->scan(kHome, table::kTrails, "", 100'000).value().size(); }

    using Offsets = std::vector<std::int64_t>;

    ScratchDirectory scratch_;
    FaultyLog log_;
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<TrailSession> session_;
};

TEST_F(TrailTest, SaysWhereEachSubjectsRecordsLie) {
    append(TrailTopic::kOrdered, {"a", "b", "a", "a"});
    append(TrailTopic::kAside, {"b"});
    append(TrailTopic::kAudit, {"a"});
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), (Offsets{0, 2, 3}));
    EXPECT_EQ(trail("b", TrailTopic::kOrdered), (Offsets{1}));
    EXPECT_EQ(trail("a", TrailTopic::kAside), Offsets{});
    EXPECT_EQ(trail("b", TrailTopic::kAside), (Offsets{0}));
    EXPECT_EQ(trail("a", TrailTopic::kAudit), (Offsets{0}));
    EXPECT_EQ(keys(), 4U) << "one for all that came together";
    append(TrailTopic::kOrdered, {"a"});
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), (Offsets{0, 2, 3, 4}));
}

TEST_F(TrailTest, GoesOnWhereItWasAndWritesNothingTwice) {
    append(TrailTopic::kOrdered, {"a", "b"});
    step();
    open();
    const auto idle = session_->step();
    ASSERT_TRUE(idle);
    EXPECT_FALSE(idle.value());
    append(TrailTopic::kOrdered, {"a"});
    step();
    open();
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), (Offsets{0, 2}));
    EXPECT_EQ(keys(), 3U);
}

TEST_F(TrailTest, ARecordWithoutASubjectHasNoTrail) {
    Record record;
    record.value = "who knows";
    append_records(TrailTopic::kAside, {record});
    record.headers = {{"ce_subject", "a"}};
    append_records(TrailTopic::kAside, {record});
    step();
    EXPECT_EQ(keys(), 1U);
    EXPECT_EQ(trail("a", TrailTopic::kAside), (Offsets{1})) << "by its attribute";
}

TEST_F(TrailTest, WhatRetentionTakesGoes) {
    append(TrailTopic::kOrdered, {"a", "b"});
    step();
    append(TrailTopic::kOrdered, {"a", "c"});
    step();
    ASSERT_EQ(keys(), 4U);
    ASSERT_TRUE(log_.trim(at(TrailTopic::kOrdered), Offset{3}));
    append(TrailTopic::kOrdered, {"d"});
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), Offsets{});
    EXPECT_EQ(trail("b", TrailTopic::kOrdered), Offsets{});
    EXPECT_EQ(trail("c", TrailTopic::kOrdered), (Offsets{3}));
    EXPECT_EQ(trail("d", TrailTopic::kOrdered), (Offsets{4}));
}

TEST_F(TrailTest, WhatWasTakenBeforeItWasReadIsPassedOver) {
    append(TrailTopic::kOrdered, {"a", "b", "c"});
    ASSERT_TRUE(log_.trim(at(TrailTopic::kOrdered), Offset{2}));
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), Offsets{});
    EXPECT_EQ(trail("c", TrailTopic::kOrdered), (Offsets{2}));
}

TEST_F(TrailTest, AStepThatFailedIsMadeAgain) {
    append(TrailTopic::kOrdered, {"a", "b"});
    log_.fail({.call = Call::kWrite, .error = {ErrorCode::kUnavailable, "no answer"}, .times = 1});
    EXPECT_FALSE(session_->step());
    log_.heal();
    open();
    step();
    EXPECT_EQ(trail("a", TrailTopic::kOrdered), (Offsets{0}));
}

TEST_F(TrailTest, TwoOwnersFenceEachOther) {
    append(TrailTopic::kOrdered, {"a"});
    const auto other = log_.take(trail_group("shop"), {kHome});
    ASSERT_TRUE(other);
    EXPECT_EQ(session_->step().error().code, ErrorCode::kFenced);
}

/// Against a map: appends, steps, restarts and trims in any order.
TEST_F(TrailTest, ModelOfATrail) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, Offsets> expected;
    std::int64_t end = 0;
    std::int64_t first = 0;
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> subjects;
        for (std::uint64_t left = random() % 6; left > 0; --left) {
            subjects.push_back(fmt::format("s{}", random() % 5));
            expected[subjects.back()].push_back(end++);
        }
        if (!subjects.empty()) append(TrailTopic::kOrdered, subjects);
        if (random() % 3 == 0) step();
        if (random() % 20 == 0) open();
        if (random() % 25 == 0 && end > first) {
            step();
            first += static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end - first));
            ASSERT_TRUE(log_.trim(at(TrailTopic::kOrdered), Offset{first}));
        }
    }
    step();
    for (const auto& [subject, offsets] : expected) {
        Offsets there = trail(subject, TrailTopic::kOrdered);
        Offsets wanted = offsets;
        // A chunk goes as a whole, when its last record has gone.
        std::erase_if(there, [&](std::int64_t one) { return one < first; });
        std::erase_if(wanted, [&](std::int64_t one) { return one < first; });
        ASSERT_EQ(there, wanted) << subject;
    }
}

}  // namespace
}  // namespace sluice::runtime
