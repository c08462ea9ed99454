// Readers of a partition whose broker, for as long as a test likes, gives out no records.

#include "log/kafka/message.hpp"
#include "log/kafka/mock_fixture.hpp"
#include "log/kafka/streams.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace sluice::log::kafka {
namespace {

constexpr std::int16_t kFetch = 1;  // as Kafka's protocol numbers its requests
constexpr std::size_t kForLong = 100'000;

class StreamsMock : public test::MockTest {
protected:
    StreamsMock() {
        rd_kafka_mock_topic_create(cluster_.get(), "t", 1, 1);
        ClientMaker maker{options_, trouble_};
        writer_ = std::move(maker.make(RD_KAFKA_PRODUCER)).value();
        const TopicHandle topic{rd_kafka_topic_new(writer_.get(), "t", nullptr)};
        for (const char* value : {"a", "b", "c"}) {
            const Record record{{}, value, {}, Instant{1'000}};
            const auto written = produce(writer_.get(), topic.get(), 0, record, nullptr);
            EXPECT_EQ(written, RD_KAFKA_RESP_ERR_NO_ERROR);
        }
        EXPECT_EQ(rd_kafka_flush(writer_.get(), 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
        committed_ = std::move(make_asker(options_, trouble_, true)).value();
        watermarks_.emplace(*topics_, asker_.get(), committed_.get(), options_);
        streams_.emplace(options_, trouble_, *topics_, *watermarks_, changed_);
    }

    void no_records() { answer(kFetch, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, kForLong); }

    void records_again() { rd_kafka_mock_clear_request_errors(cluster_.get(), kFetch); }

    /// The value there; empty: nothing came.
    [[nodiscard]] std::string read(std::int64_t from, bool waits) {
        const auto read = streams_->read(at_, Offset{from}, {1, 1'000, waits});
        EXPECT_TRUE(read) << read.error().message;
        return read && !read.value().empty() ? *read.value().front().record.value : "";
    }

    const PartitionRef at_{"t", PartitionId{0}};
    ClientHandle writer_;
    ClientHandle committed_;
    ChangeSignal changed_;
    std::optional<Watermarks> watermarks_;
    std::optional<Streams> streams_;
};

TEST_F(StreamsMock, WhoWaitsForRecordsHoldsUpNobodyAtAnotherPlace) {
    ASSERT_EQ(read(0, true), "a");
    no_records();
    std::string late;
    std::latch begun{1};
    std::jthread waiting{[&] {
        begun.count_down();
        late = read(0, true);  // the first stream has gone on
    }};
    begun.wait();
    EXPECT_EQ(read(1, true), "b");
    EXPECT_EQ(read(2, true), "c");
    records_again();
    waiting.join();
    EXPECT_EQ(late, "a");
}

TEST_F(StreamsMock, WhoDoesNotWaitGetsNothingUntilSomethingCame) {
    no_records();
    EXPECT_EQ(read(0, false), "");
    EXPECT_EQ(read(0, false), "");
    records_again();
    while (read(0, false).empty()) {
        const std::uint64_t seen = changed_.version();
        changed_.wait(seen, std::chrono::milliseconds{10});
    }
    EXPECT_EQ(read(1, true), "b");
}

TEST_F(StreamsMock, WhoNeverGetsWhatIsThereIsToldInTheEnd) {
    options_.answer = std::chrono::milliseconds{1'000};
    no_records();
    const ReadLimits limits{1, 1'000, /*waits=*/false};
    auto read = streams_->read(at_, Offset{0}, limits);
    while (read) {
        EXPECT_TRUE(read.value().empty());
        read = streams_->read(at_, Offset{0}, limits);
    }
    EXPECT_EQ(read.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(read.error().message.find("t/0: nothing came from offset 0 on"), std::string::npos)
        << read.error().message;
}

}  // namespace
}  // namespace sluice::log::kafka
