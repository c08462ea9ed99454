#include "log/kafka/survey/record_reader.hpp"

#include "log/kafka/survey/survey_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sluice::log::kafka {
namespace {

using sluice::test::unique_name;
using Range = RecordReader::Range;
using Texts = std::vector<std::string>;

class KafkaRecordReader : public testing::Test {
protected:
    void SetUp() override {
        producer_.make_topic(topic_, 3);
        for (int number = 0; number < 5; ++number) {
            producer_.send(topic_, 0, "a" + std::to_string(number), 1'000 + number);
            producer_.send(topic_, 1, "b" + std::to_string(number));
        }
        producer_.flush();
    }

    [[nodiscard]] Range range(std::uint32_t partition, std::int64_t from, std::int64_t to) const {
        return {{topic_, PartitionId{partition}}, Offset{from}, Offset{to}};
    }

    /// The values by partition.
    [[nodiscard]] std::map<std::uint32_t, Texts> read(const std::vector<Range>& ranges) {
        std::map<std::uint32_t, Texts> values;
        auto reader = RecordReader::open(test::shared_cluster());
        EXPECT_TRUE(reader);
        const Status done =
            reader.value().read(ranges, [&](const PartitionRef& of, const StoredRecord& stored) {
                EXPECT_EQ(of.topic, topic_);
                values[of.partition.value].push_back(stored.record.value.value_or(""));
                last_ = stored;
                return ok();
            });
        EXPECT_TRUE(done) << done.error().message;
        return values;
    }

    test::Producer producer_;
    std::string topic_{unique_name("reader")};
    StoredRecord last_;
};

TEST_F(KafkaRecordReader, ReadsEachRangeInItsOrder) {
    const auto values = read({range(0, 1, 4), range(1, 0, 5), range(2, 0, 0)});
    EXPECT_EQ(values.at(0), (Texts{"a1", "a2", "a3"}));
    EXPECT_EQ(values.at(1), (Texts{"b0", "b1", "b2", "b3", "b4"}));
    EXPECT_EQ(values.size(), 2U);
}

TEST_F(KafkaRecordReader, GivesRecordsWhole) {
    static_cast<void>(read({range(0, 2, 3)}));
    EXPECT_EQ(last_.offset, Offset{2});
    EXPECT_EQ(last_.record, (Record{"key", "a2", {{"h", "1"}}, Instant{1'002}}));
}

TEST_F(KafkaRecordReader, EndsAtTheEndOfAPartitionThatIsShorter) {
    EXPECT_EQ(read({range(0, 4, 100)}).at(0), Texts{"a4"});
}

TEST_F(KafkaRecordReader, StopsWhenItsTakerDoes) {
    auto reader = RecordReader::open(test::shared_cluster());
    ASSERT_TRUE(reader);
    int taken = 0;
    const std::vector<Range> ranges{range(0, 0, 5), range(1, 0, 5)};
    const Status done =
        reader.value().read(ranges, [&](const PartitionRef&, const StoredRecord&) -> Status {
            if (++taken < 3) return ok();
            return Error{ErrorCode::kFull, "enough"};
        });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kFull);
    EXPECT_EQ(taken, 3);
}

TEST_F(KafkaRecordReader, SaysThatRecordsAreGone) {
    auto reader = RecordReader::open(test::shared_cluster(), Milliseconds{5'000});
    ASSERT_TRUE(reader);
    const auto nothing = [](const PartitionRef&, const StoredRecord&) { return ok(); };
    const std::vector<Range> beyond{range(0, 50, 60)};
    const Status gone = reader.value().read(beyond, nothing);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::kNotFound) << gone.error().message;
}

}  // namespace
}  // namespace sluice::log::kafka
