#include "log/embedded/writer.hpp"

#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

namespace sluice::log {

namespace {

using Texts = std::vector<std::string>;

using test::kPlace;

class WriterLimits : public testing::Test {
protected:
    void open() {
        log_ = test::open_or_fail(options_);
        ASSERT_TRUE(log_->create_topic(TopicSpec{"t", 1}));
    }

    /// Several threads publish at once; answers how many records were taken.
    std::size_t publish_from(std::size_t threads, std::size_t each, std::size_t bytes) {
        std::vector<std::size_t> taken(threads, 0);
        std::vector<std::thread> running;
        for (std::size_t thread = 0; thread < threads; ++thread) {
            running.emplace_back([&, thread] {
                for (std::size_t i = 0; i < each; ++i) {
                    const std::string text(bytes, static_cast<char>('a' + thread));
                    if (test::publish_text(*log_, kPlace, text)) ++taken[thread];
                }
            });
        }
        for (std::thread& thread : running) thread.join();
        return std::accumulate(taken.begin(), taken.end(), std::size_t{0});
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(WriterLimits, ASmallQueueHoldsCallersBackAndLosesNothing) {
    options_.queue_jobs_max = 1;
    options_.queue_bytes_max = std::size_t{64} << 10;
    open();
    EXPECT_EQ(publish_from(4, 20, 40'000), 80U);
    EXPECT_EQ(test::texts(*log_, kPlace).size(), 80U);
    EXPECT_EQ(log_->probe().queued_jobs, 0U);
    EXPECT_EQ(log_->probe().queued_bytes, 0U);
}

TEST_F(WriterLimits, GroupsOfOneJobWriteOnceEach) {
    options_.group_jobs_max = 1;
    open();
    EXPECT_EQ(publish_from(3, 20, 10), 60U);
    EXPECT_EQ(log_->probe().groups_total, 61U);  // and the topic
    EXPECT_EQ(log_->probe().fsyncs_total, 61U);
    EXPECT_EQ(log_->probe().records_total, 60U);
}

TEST_F(WriterLimits, AJobBeyondTheGroupsBytesIsAGroupOfItsOwn) {
    options_.group_bytes_max = std::size_t{64} << 10;
    open();
    const std::string large(std::size_t{1} << 20, 'x');
    ASSERT_TRUE(test::publish_text(*log_, kPlace, large));
    EXPECT_EQ(test::texts(*log_, kPlace), Texts{large});
}

TEST_F(WriterLimits, AStepBeyondItsBytesIsTooLarge) {
    options_.record_bytes_max = std::size_t{64} << 10;
    options_.step_bytes_max = std::size_t{128} << 10;
    open();
    std::vector<Append> appends(1);
    appends[0].to = kPlace;
    for (int i = 0; i < 3; ++i) {
        appends[0].records.push_back(test::text_record(std::string(60'000, 'x')));
    }
    const auto refused = log_->publish(appends);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
    EXPECT_NE(refused.error().message.find("split it"), std::string::npos);
    appends[0].records.pop_back();
    EXPECT_TRUE(log_->publish(appends));
}

TEST_F(WriterLimits, TheHistogramCountsEveryGroup) {
    open();
    publish_from(2, 10, 10);
    const Probe& probe = log_->probe();
    std::uint64_t counted = 0;
    for (const Probe::Counter& bucket : probe.write_micros) counted += bucket;
    EXPECT_EQ(counted, probe.groups_total);
    EXPECT_GT(probe.bytes_total, 200U);
}

TEST(Probe, BucketsHoldTheirUpperBound) {
    Probe probe;
    probe.wrote_group(std::chrono::microseconds{100});
    probe.wrote_group(std::chrono::microseconds{101});
    probe.wrote_group(std::chrono::seconds{2});
    EXPECT_EQ(probe.write_micros[0], 1U);
    EXPECT_EQ(probe.write_micros[1], 1U);
    EXPECT_EQ(probe.write_micros.back(), 1U);
    EXPECT_EQ(probe.write_micros_sum, 2'000'201U);
}

TEST(ChangeSignal, ReturnsAtOnceWhenItHasMoved) {
    ChangeSignal changes;
    changes.bump();
    changes.wait(0, std::chrono::hours{1});
    EXPECT_EQ(changes.version(), 1U);
    std::thread other{[&] { changes.bump(); }};
    changes.wait(1, std::chrono::hours{1});
    EXPECT_EQ(changes.version(), 2U);
    other.join();
}

}  // namespace

}  // namespace sluice::log
