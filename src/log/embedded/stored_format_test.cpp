// Bytes that lie on users' disks (docs/formats/embedded-log.md). A change here needs a new
// kFormatVersion and a way to read the old one.
#include "log/embedded/group_batch.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/record_batch.hpp"
#include "log/embedded/record_codec.hpp"
#include "log/embedded/test_store.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::log {

namespace {

const Place kWidePlace{TopicId{0x01020304}, PartitionId{0x0A0B}};

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    return text;
}

TEST(StoredFormat, KeysAreBigEndian) {
    EXPECT_EQ(hex(record_key(kWidePlace, Offset{0x0102})), "0102030400000a0b0000000000000102");
    EXPECT_EQ(hex(ends_key(kWidePlace)), "450102030400000a0b");
    EXPECT_EQ(hex(consumed_key(GroupId{7}, kWidePlace)), "43000000070102030400000a0b");
    EXPECT_EQ(hex(state_key(GroupId{1}, HomeId{2}, Table{3}, "k")), "0000000100000002036b");
    EXPECT_EQ(hex(topic_key("t")), "5474");
    EXPECT_EQ(hex(group_key("g")), "4e67");
    EXPECT_EQ(hex(kLastGroupKey), "47");
}

TEST(StoredFormat, ValuesAreLittleEndian) {
    EXPECT_EQ(hex(number_value(0x0102)), "0201000000000000");
    EXPECT_EQ(hex(pair_value(1, 0x0203)), "01000000000000000302000000000000");
}

TEST(StoredFormat, ARecordIsPartsTimeKeyValueHeaders) {
    Record record;
    record.key = "k";
    record.value = "vw";
    record.time = Instant{0x0102};
    record.headers = {{"h", "x"}, {"", ""}};
    std::string body;
    encode_record(record, body);
    EXPECT_EQ(
        hex(body),
        "03"
        "0201000000000000"
        "016b"
        "027677"
        "02"
        "0168"
        "0178"
        "00"
        "00"
    );
}

TEST(StoredFormat, ABatchIsCheckCountAndRecordsWithTheirLengths) {
    Record record;
    record.key = "k";
    RecordBatches batches;
    batches.add(record);
    batches.add(record);
    const RecordBatches::Batch batch = batches.at(0);
    const std::string tombstone =
        "0b000000"
        "01"
        "0000000000000000"
        "016b"
        "00";
    EXPECT_EQ(hex(batch.bytes), "0c" + tombstone.substr(2) + "0c" + tombstone.substr(2));
    EXPECT_EQ(hex(batch_head("key", batch)).substr(16), "02000000");
    EXPECT_EQ(hex(batch_head("key", batch)).substr(0, 16), "c10a6683c6584c06");
}

TEST(StoredFormat, ATombstoneIsTwelveBytesWithItsKey) {
    Record record;
    record.key = "k";
    std::string body;
    encode_record(record, body);
    EXPECT_EQ(
        hex(body),
        "01"
        "0000000000000000"
        "016b"
        "00"
    );
}

/// What a group puts into the store.
class StoredGroup : public test::StoreTest {
protected:
    [[nodiscard]] std::string meta(std::string_view key) const {
        return hex(store_->get(store_->meta(), key, "test").value().value_or(""));
    }

    void commit(GroupBatch& batch) {
        ASSERT_TRUE(store_->db().Write({}, &batch.seal()).ok());
        batch.committed();
    }

    [[nodiscard]] static RecordBatches records(std::size_t count) {
        RecordBatches made;
        for (std::size_t i = 0; i < count; ++i) made.add(test::text_record(std::to_string(i)));
        return made;
    }

    Topic topic_{TopicId{1}, TopicSpec{"t", 2}};
    Located first_{&topic_, PartitionId{0}};
    Located second_{&topic_, PartitionId{1}};
};

TEST_F(StoredGroup, BeginsWithItsNumber) {
    GroupBatch batch{*store_, 0x0102};
    batch.put_state("s", "1");
    const std::string bytes = batch.seal().Data();
    EXPECT_EQ(
        hex(bytes.substr(12, 12)),
        "01"
        "0147"
        "08"
        "0201000000000000"
    );
}

TEST_F(StoredGroup, HoldsTheEndsOfWhatItTouchedAndOfNothingElse) {
    GroupBatch batch{*store_, 1};
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.append(second_, records(2)), Offset{0});
    EXPECT_EQ(batch.append(second_, records(3)), Offset{2});
    EXPECT_FALSE(batch.empty());
    EXPECT_EQ(batch.records(), 5U);
    commit(batch);
    EXPECT_EQ(meta(ends_key(second_.place())), hex(pair_value(0, 5)));
    EXPECT_EQ(meta(ends_key(first_.place())), "");
    EXPECT_EQ(meta(kLastGroupKey), hex(number_value(1)));
    EXPECT_EQ(second_.ends().load(), (Ends{Offset{0}, Offset{5}, Offset{5}}));
}

TEST_F(StoredGroup, ATrimTakesTheBatchesItIsToldAndNoOtherPartitions) {
    GroupBatch filled{*store_, 1};
    for (int batch = 0; batch < 2; ++batch) {
        static_cast<void>(filled.append(first_, records(2)));
        static_cast<void>(filled.append(second_, records(2)));
    }
    commit(filled);
    first_.ends().first.store(3);
    GroupBatch trimmed{*store_, 2};
    trimmed.trim(first_, Offset{0}, Offset{2});
    commit(trimmed);
    for (const std::int64_t batch : {0, 2}) {
        const auto at = [&](const Located& place) {
            const std::string key = record_key(place.place(), Offset{batch});
            return store_->get(store_->records(), key, "test").value().has_value();
        };
        EXPECT_EQ(at(first_), batch == 2) << batch;
        EXPECT_TRUE(at(second_)) << batch;
    }
    EXPECT_EQ(meta(ends_key(first_.place())), hex(pair_value(3, 4)));
}

}  // namespace

}  // namespace sluice::log
