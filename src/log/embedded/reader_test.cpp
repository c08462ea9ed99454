#include "log/embedded/reader.hpp"

#include "log/embedded/group_batch.hpp"
#include "log/embedded/test_store.hpp"

#include <map>
#include <string>
#include <vector>

namespace sluice::log {

namespace {

constexpr std::int64_t kCount = 5;

/// Five records in t/1, readable, a batch each.
class Reading : public test::StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        GroupBatch batch{*store_, 1};
        for (std::int64_t i = 0; i < kCount; ++i) {
            RecordBatches one;
            one.add(test::text_record(std::to_string(i)));
            EXPECT_EQ(batch.append(at_, one), Offset{i});
        }
        ASSERT_TRUE(store_->db().Write({}, &batch.seal()).ok());
        batch.committed();
    }

    [[nodiscard]] Reader reader() { return Reader{*store_, health_}; }

    [[nodiscard]] Result<Records> read(std::int64_t from) {
        return reader().read(at_, Offset{from}, ReadLimits{});
    }

    void expect_corrupt(std::string_view what) {
        const auto refused = read(0);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(refused.error().message.find(what), std::string::npos) << refused.error().message;
    }

    Topic topic_{TopicId{1}, TopicSpec{"t", 2}};
    Located at_{&topic_, PartitionId{1}};
};

TEST_F(Reading, StopsAtWhatIsCommitted) {
    topic_.partitions[1].committed = 3;
    EXPECT_EQ(read(0).value().size(), 3U);
    EXPECT_EQ(read(3).value().size(), 0U);
    EXPECT_EQ(read(4).value().size(), 0U);  // written, not yet on disk
    EXPECT_EQ(read(6).error().code, ErrorCode::kNotFound);
}

TEST_F(Reading, ADamagedRecordIsNamedWithItsOffset) {
    const std::string key = record_key(at_.place(), Offset{2});
    std::string value = store_->get(store_->records(), key, "test").value().value();
    value.back() = static_cast<char>(value.back() ^ 1);
    put(store_->records(), key, value);
    expect_corrupt("t/1 offset 2");
    EXPECT_EQ(read(3).value().size(), 2U);  // what lies behind it can be read on request
}

TEST_F(Reading, ARecordUnderAnothersOffsetIsDamage) {
    const std::string value =
        store_->get(store_->records(), record_key(at_.place(), Offset{0}), "test").value().value();
    put(store_->records(), record_key(at_.place(), Offset{1}), value);
    expect_corrupt("t/1 offset 1");
}

TEST_F(Reading, AMissingRecordIsDamageAndNotTheEnd) {
    const std::string key = record_key(at_.place(), Offset{4});
    ASSERT_TRUE(store_->db().Delete({}, store_->records(), key).ok());
    expect_corrupt("t/1 offset 4: the record is missing");
}

/// Batches of 1, 2, 3 … records behind the first five; every offset is read from every other one.
TEST_F(Reading, AnyPortionOfAnyBatchesIsRead) {
    std::vector<std::string> texts{"0", "1", "2", "3", "4"};
    GroupBatch batch{*store_, 2};
    for (std::size_t size = 1; size <= 6; ++size) {
        RecordBatches records;
        for (std::size_t i = 0; i < size; ++i) {
            records.add(test::text_record(texts.emplace_back(std::to_string(texts.size()))));
        }
        static_cast<void>(batch.append(at_, records));
    }
    ASSERT_TRUE(store_->db().Write({}, &batch.seal()).ok());
    batch.committed();
    for (std::size_t from = 0; from < texts.size(); ++from) {
        for (std::size_t most = 1; most <= texts.size() - from; ++most) {
            const ReadLimits limits{most, std::size_t{1} << 20};
            const auto read = reader().read(at_, Offset{static_cast<std::int64_t>(from)}, limits);
            ASSERT_TRUE(read) << read.error().message;
            ASSERT_EQ(read.value().size(), most);
            for (std::size_t i = 0; i < most; ++i) {
                ASSERT_EQ(read.value()[i].offset.value, static_cast<std::int64_t>(from + i));
                ASSERT_EQ(read.value()[i].record.value, texts[from + i]);
            }
        }
    }
    const std::map<std::int64_t, std::int64_t> begins{{5, 5}, {6, 6}, {7, 6}, {25, 20}, {26, 26}};
    for (const auto& [offset, begin] : begins) {
        EXPECT_EQ(reader().batch_of(at_, Offset{offset}).value(), Offset{begin}) << offset;
    }
}

TEST_F(Reading, ReadingStaysInItsPartition) {
    const Located other{&topic_, PartitionId{0}};
    EXPECT_EQ(reader().read(other, Offset{0}, ReadLimits{}).value().size(), 0U);
    GroupBatch batch{*store_, 2};
    RecordBatches records;
    records.add(test::text_record("other"));
    EXPECT_EQ(batch.append(other, records), Offset{0});
    EXPECT_EQ(batch.append(other, records), Offset{1});
    ASSERT_TRUE(store_->db().Write({}, &batch.seal()).ok());
    batch.committed();
    EXPECT_EQ(reader().read(other, Offset{0}, ReadLimits{}).value().size(), 2U);
    EXPECT_EQ(read(0).value().size(), static_cast<std::size_t>(kCount));
}

TEST_F(Reading, AnAbandonedGroupGivesItsOffsetsBack) {
    RecordBatches records;
    records.add(test::text_record("never"));
    GroupBatch batch{*store_, 2};
    EXPECT_EQ(batch.append(at_, records), Offset{5});
    EXPECT_EQ(at_.ends().load().high_watermark, Offset{6});
    EXPECT_EQ(at_.ends().load().committed, Offset{5});
    batch.abandoned();
    EXPECT_EQ(at_.ends().load().high_watermark, Offset{5});
    GroupBatch next{*store_, 2};
    EXPECT_EQ(next.append(at_, records), Offset{5});
    next.abandoned();
}

TEST_F(Reading, AConsumedOffsetOfAnotherLengthIsDamage) {
    put(store_->meta(), consumed_key(GroupId{1}, at_.place()), "short");
    EXPECT_EQ(reader().consumed(GroupId{1}, at_.place()).error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(reader().consumed(GroupId{2}, at_.place()).value(), std::nullopt);
}

}  // namespace

}  // namespace sluice::log
