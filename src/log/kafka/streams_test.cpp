#include "log/kafka/broker_fixture.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::place;
using test::OpenTransaction;
using test::soon;
using Texts = std::vector<std::string>;

class StreamsTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_.topics.create({"t", 2}, kept_topic(parts_.options())));
        auto producer = Producer::open(parts_.options(), parts_.trouble(), parts_.topics);
        SLUICE_ASSERT_OK(producer);
        producer_ = std::move(producer.value());
    }

    void publish(const Texts& values) {
        const auto offsets = producer_->publish({append(at_, values)});
        SLUICE_ASSERT_OK(offsets);
        parts_.streams.written(at_, offsets.value().back().next());
    }

    [[nodiscard]] Records read(Offset from, std::size_t limit = 500) {
        auto read = parts_.streams.read(at_, from, {limit, 1'000'000});
        SLUICE_EXPECT_OK(read);
        return read ? std::move(read.value()) : Records{};
    }

    [[nodiscard]] static Texts texts(const Records& records) {
        Texts all;
        for (const StoredRecord& stored : records) all.push_back(*stored.record.value);
        return all;
    }

    test::KafkaPlace place_;
    test::KafkaParts parts_{place_.options()};
    std::unique_ptr<Producer> producer_;
    const PartitionRef at_{place("t", 1)};
};

TEST_F(StreamsTest, ReadingGoesOnWhereItWas) {
    publish({"a", "b", "c", "d", "e"});
    Records first = read(Offset{0}, 2);
    EXPECT_EQ(texts(first), (Texts{"a", "b"}));
    EXPECT_EQ(first.next(), Offset{2});
    EXPECT_EQ(texts(read(first.next(), 2)), (Texts{"c", "d"}));
    EXPECT_EQ(texts(read(Offset{4})), Texts{"e"});
    EXPECT_EQ(read(Offset{5}).size(), 0U);
    publish({"f"});
    EXPECT_EQ(texts(read(Offset{5})), Texts{"f"});
}

TEST_F(StreamsTest, MoreReadersThanSeatsAtDifferentPlacesAllSeeAll) {
    Texts all;
    for (int i = 0; i < 40; ++i) all.push_back(std::to_string(i));
    publish(all);
    std::vector<Offset> readers(Streams::kSeats + 2);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t r = 0; r < readers.size(); ++r) {
            const std::size_t step = 1 + r % 4;
            const Records part = read(readers[r], step);
            ASSERT_EQ(part.size(), step);
            ASSERT_EQ(part.front().offset, readers[r]);
            readers[r] = part.next();
        }
    }
}

TEST_F(StreamsTest, AnOpenTransactionHoldsBackWhatLiesBehindIt) {
    publish({"before"});
    OpenTransaction open{parts_, "open", at_, "within"};
    publish({"behind"});
    const Ends ends = parts_.watermarks.ends(at_).value();
    EXPECT_EQ(ends, (Ends{Offset{0}, Offset{1}, Offset{3}}));
    EXPECT_EQ(texts(read(Offset{0})), Texts{"before"});
    EXPECT_EQ(read(Offset{1}).size(), 0U) << "it returns, though something lies behind";
    open.commit();
    Texts seen;
    Offset next{1};
    EXPECT_TRUE(soon([&] {
        const Records part = read(next);
        for (const std::string& text : texts(part)) seen.push_back(text);
        next = part.next();
        return next == Offset{4};  // the control record is an offset, too
    })) << next.value;
    EXPECT_EQ(seen, (Texts{"within", "behind"}));
}

TEST_F(StreamsTest, WhatWasAbortedIsAHole) {
    OpenTransaction open{parts_, "open", at_, "never"};
    open.abort();
    EXPECT_TRUE(soon([&] { return read(Offset{0}).next() == Offset{2}; }));
    EXPECT_EQ(read(Offset{0}).size(), 0U);
    publish({"a"});
    const Records seen = read(Offset{2});
    EXPECT_EQ(texts(seen), Texts{"a"});
    EXPECT_EQ(seen.front().offset, Offset{2});
}

TEST_F(StreamsTest, WhatRetentionTookUnderAReaderIsNamed) {
    publish({"a", "b", "c"});
    EXPECT_EQ(texts(read(Offset{0}, 1)), Texts{"a"});
    SLUICE_ASSERT_OK(parts_.topics.delete_below(at_, Offset{3}));
    publish({"d"});
    const auto outside = parts_.streams.read(at_, Offset{0}, {});
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().code, ErrorCode::kNotFound);
    EXPECT_NE(outside.error().message.find("t/1: offset 0"), std::string::npos);
    EXPECT_EQ(texts(read(Offset{3})), Texts{"d"});
}

TEST_F(StreamsTest, ArrivalsWakeWhoeverWaits) {
    EXPECT_EQ(read(Offset{0}).size(), 0U);
    const std::uint64_t seen = parts_.changed.version();
    SLUICE_ASSERT_OK(producer_->publish({append(at_, {"a"})}));  // as another process would
    Records found;
    EXPECT_TRUE(soon([&] {
        parts_.changed.wait(seen, std::chrono::seconds{30});
        found = read(Offset{0});
        return found.size() == 1;
    }));
    EXPECT_NE(parts_.changed.version(), seen);
}

TEST_F(StreamsTest, AClientThatHasReadFarAheadIsToldToGoOn) {
    KafkaLogOptions options = place_.options();
    options.read_ahead_bytes = std::size_t{64} << 10;
    options.cache /= "near";
    test::KafkaParts near{options};
    const Texts values(16, std::string(std::size_t{16} << 10, 'v'));  // four times as much
    publish(values);
    const auto part = [&](Offset from) { return near.streams.read(at_, from, {1, 1}); };
    SLUICE_ASSERT_OK(part(Offset{0}));
    EXPECT_EQ(near.streams.wakes(), 0U) << "nothing can have held it up";
    for (Offset next{1}; next < Offset{16}; next = next.next()) {
        const auto read = part(next);
        SLUICE_ASSERT_OK(read);
        ASSERT_EQ(read.value().size(), 1U);
    }
    EXPECT_GE(near.streams.wakes(), 7U) << "once for each half of what it may read ahead";
}

TEST_F(StreamsTest, TimesLeadToOffsets) {
    Append dated = append(at_, {"a", "b", "c"});
    for (std::size_t i = 0; i < 3; ++i) {
        dated.records[i].time = Instant{1'000'000 * static_cast<std::int64_t>(i + 1)};
    }
    SLUICE_ASSERT_OK(producer_->publish({dated}));
    EXPECT_EQ(parts_.watermarks.at_time(at_, Instant{0}).value(), Offset{0});
    EXPECT_EQ(parts_.watermarks.at_time(at_, Instant{1'000'001}).value(), Offset{1});
    EXPECT_EQ(parts_.watermarks.at_time(at_, Instant{9'000'000}).value(), Offset{3});
}

TEST_F(StreamsTest, AYearThatIsFarAwayIsTaken) {
    Append dated = append(at_, {"a"});
    dated.records[0].time = Instant{4'070'908'800'000};  // 2099
    SLUICE_ASSERT_OK(producer_->publish({dated}));
    const auto seen = parts_.streams.read(at_, Offset{0}, {});
    SLUICE_ASSERT_OK(seen);
    EXPECT_TRUE(soon([&] { return read(Offset{0}).size() == 1; }));
}

}  // namespace
}  // namespace sluice::log::kafka
