// Row 9 of docs/architecture/faults.md: a disk that does not answer. What waits is bounded, callers
// are held back, readers go on, and nothing is lost when it answers again.
#include "log/embedded/open.hpp"
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sluice::log {

namespace {

using test::kPlace;

class SlowDisk : public testing::Test {
protected:
    void open() {
        auto opened = open_embedded_on(env_.get(), options_);
        ASSERT_TRUE(opened) << opened.error().message;
        log_ = std::move(opened).value();
        ASSERT_TRUE(log_->create_topic(TopicSpec{"t", 1}));
        ASSERT_TRUE(test::publish_text(*log_, kPlace, "before"));
    }

    /// Threads that publish one record of that size each; returns when the disk hangs in the first
    /// of them and nothing moves any more.
    void publish_into_the_hang(std::size_t threads, std::size_t bytes) {
        faults_.slow_sync.close();
        publish_from(threads, bytes);
        faults_.slow_sync.await_visitor();
    }

    void publish_from(std::size_t threads, std::size_t bytes) {
        for (std::size_t i = 0; i < threads; ++i) {
            callers_.emplace_back([this, bytes, i] {
                const std::string text = fmt::format("{}-{}", i, std::string(bytes, 'x'));
                if (test::publish_text(*log_, kPlace, text)) ++published_;
            });
        }
    }

    void await_queue(std::uint64_t jobs) const {
        while (log_->probe().queued_jobs != jobs) std::this_thread::yield();
    }

    void release() {
        faults_.slow_sync.open();
        for (std::thread& caller : callers_) caller.join();
        callers_.clear();
    }

    test::Faults faults_;
    std::unique_ptr<rocksdb::Env> env_{test::faulty_env(faults_)};
    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    std::unique_ptr<EmbeddedLog> log_;  // before environment and faults
    std::atomic<std::size_t> published_{0};
    std::vector<std::thread> callers_;
};

TEST_F(SlowDisk, NoMoreThanTheQueueTakesWaits) {
    options_.queue_jobs_max = 4;
    options_.group_jobs_max = 1;
    open();
    publish_into_the_hang(12, 10);
    await_queue(4);  // one is being written, four wait, seven callers are held back
    EXPECT_EQ(published_, 0U);
    EXPECT_EQ(log_->probe().queued_jobs, 4U);
    release();
    EXPECT_EQ(published_, 12U);
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 13U);
    EXPECT_EQ(log_->probe().queued_jobs, 0U);
    EXPECT_EQ(log_->probe().queued_bytes, 0U);
}

TEST_F(SlowDisk, NoMoreBytesThanTheQueueTakesWait) {
    options_.queue_bytes_max = std::size_t{100} << 10;
    options_.group_jobs_max = 1;
    open();
    publish_into_the_hang(8, 40'000);
    await_queue(2);  // two of 40 KB fit into 100 KiB
    EXPECT_LE(log_->probe().queued_bytes, options_.queue_bytes_max);
    release();
    EXPECT_EQ(published_, 8U);
}

TEST_F(SlowDisk, ReadersGoOnAndSeeNothingThatIsNotOnDisk) {
    open();
    publish_into_the_hang(3, 10);
    EXPECT_EQ(test::texts(*log_, kPlace), std::vector<std::string>{"before"});
    const Ends ends = log_->ends(kPlace).value();
    EXPECT_EQ(ends.committed, Offset{1});
    EXPECT_GT(ends.high_watermark, ends.committed);  // written, not yet synced
    EXPECT_TRUE(log_->read(kPlace, ends.high_watermark, ReadLimits{}).value().empty());
    EXPECT_EQ(log_->topics().value().size(), 1U);
    release();
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 4U);
}

TEST_F(SlowDisk, WhatWaitedIsWrittenInFewGroups) {
    open();
    const std::uint64_t before = log_->probe().groups_total;
    publish_into_the_hang(1, 10);
    publish_from(9, 10);
    await_queue(9);
    release();
    EXPECT_EQ(log_->probe().groups_total, before + 2);  // the one that hung, and all the others
}

TEST_F(SlowDisk, ATopicIsAGroupOfItsOwnBetweenWhatCameBeforeAndAfter) {
    open();
    const std::uint64_t before = log_->probe().groups_total;
    publish_into_the_hang(1, 10);
    publish_from(2, 10);
    await_queue(2);
    callers_.emplace_back([this] { EXPECT_TRUE(log_->create_topic(TopicSpec{"u", 1})); });
    await_queue(3);
    publish_from(2, 10);
    await_queue(5);
    release();
    EXPECT_EQ(log_->probe().groups_total, before + 4);  // what hung, two, the topic, two
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 6U);
}

TEST_F(SlowDisk, EachJobOfAGroupIsToldItsOwnOutcome) {
    options_.reserve_bytes = std::uint64_t{512} << 20;
    open();
    const auto lease = log_->take("g", {HomeId{0}});
    ASSERT_TRUE(lease);
    const std::uint64_t before = log_->probe().groups_total;
    publish_into_the_hang(1, 10);
    publish_from(1, 10);
    await_queue(1);
    callers_.emplace_back([&] {
        const Step step{{HomeId{0}}, {Append{kPlace, {test::text_record("step")}}}, {}, {}};
        EXPECT_TRUE(lease.value()->commit(step));
    });
    await_queue(2);
    faults_.free_bytes = options_.reserve_bytes - 1;
    release();
    EXPECT_EQ(published_, 1U) << "the one that hung; the other was refused, below the reserve";
    EXPECT_EQ(log_->probe().refused_full_total, 1U);
    EXPECT_EQ(log_->probe().groups_total, before + 2);
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 3U);
}

TEST_F(SlowDisk, ADiskThatFailsAfterTheWaitIsToldToEveryCaller) {
    options_.group_jobs_max = 1;
    open();
    publish_into_the_hang(5, 10);
    faults_.sync = test::Faults::Kind::kIo;
    release();
    EXPECT_EQ(published_, 0U);
    EXPECT_EQ(log_->ends(kPlace).error().code, ErrorCode::kIo);
    EXPECT_EQ(log_->probe().queued_jobs, 0U);
}

TEST_F(SlowDisk, AFencedStepThatWaitedWritesNothing) {
    open();
    const auto first = log_->take("g", {HomeId{0}});
    ASSERT_TRUE(first);
    publish_into_the_hang(1, 10);
    std::atomic<bool> fenced{false};
    std::thread second{[&] { EXPECT_TRUE(log_->take("g", {HomeId{0}})); }};
    await_queue(1);  // the taking stands before the step
    std::thread late{[&] {
        const Step step{{HomeId{0}}, {Append{kPlace, {test::text_record("late")}}}, {}, {}};
        const auto done = first.value()->commit(step);
        fenced = !done && done.error().code == ErrorCode::kFenced;
    }};
    await_queue(2);
    release();
    second.join();
    late.join();
    EXPECT_TRUE(fenced);
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 2U);
}

}  // namespace

}  // namespace sluice::log
