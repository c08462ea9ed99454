#include "base/test_seed.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/record_batch.hpp"
#include "log/embedded/record_codec.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

namespace sluice::log {

namespace {

std::string stored(const Record& record) {
    std::string bytes;
    encode_record(record, bytes);
    return bytes;
}

std::string stored(std::string_view key, const RecordBatches::Batch& batch) {
    return batch_head(key, batch) + std::string{batch.bytes};
}

/// What a stored batch holds; nothing if it cannot be read.
std::optional<std::vector<Record>> read_batch(std::string_view key, std::string_view bytes) {
    auto batch = RecordBatchReader::open(key, bytes);
    if (!batch) return std::nullopt;
    std::vector<Record> records;
    while (batch->left() > 0) {
        auto record = batch->next();
        if (!record) return std::nullopt;
        records.push_back(*std::move(record));
    }
    return records;
}

std::string random_bytes(std::mt19937_64& random, std::size_t most) {
    std::string bytes(random() % (most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

Record random_record(std::mt19937_64& random) {
    Record record;
    if (random() % 4 != 0) record.key = random_bytes(random, 40);
    if (random() % 4 != 0) record.value = random_bytes(random, 300);
    for (std::uint64_t left = random() % 5; left > 0; --left) {
        const std::string name = random_bytes(random, 3);
        record.headers.push_back({name, random_bytes(random, 20)});
    }
    record.time = Instant{static_cast<std::int64_t>(random())};
    return record;
}

TEST(Keys, ByteOrderIsOffsetOrder) {
    std::mt19937_64 random{sluice::test::seed()};
    for (int round = 0; round < 10'000; ++round) {
        const Place a{TopicId{static_cast<std::uint32_t>(random() % 3)}, PartitionId{7}};
        const Place b{TopicId{static_cast<std::uint32_t>(random() % 3)}, PartitionId{7}};
        const Offset x{static_cast<std::int64_t>(random() >> (1 + random() % 60))};
        const Offset y{static_cast<std::int64_t>(random() >> (1 + random() % 60))};
        ASSERT_EQ(record_key(a, x) < record_key(b, y), (std::pair{a, x} < std::pair{b, y}));
        ASSERT_EQ(record_key(a, x).size(), kRecordKeyBytes);
    }
}

TEST(Keys, TheEndOfATableLiesBehindItsKeysAndBeforeTheNext) {
    const GroupId group{1};
    for (const std::uint32_t home : {0U, 255U, 0xFFFFFFFFU}) {
        for (const std::uint8_t id : {std::uint8_t{0}, std::uint8_t{7}, std::uint8_t{255}}) {
            const std::string end = state_end(group, HomeId{home}, Table{id});
            EXPECT_GT(end, state_key(group, HomeId{home}, Table{id}, std::string(9, '\xFF')));
            if (id < 255) {
                const Table next{static_cast<std::uint8_t>(id + 1)};
                EXPECT_LE(end, state_key(group, HomeId{home}, next, ""));
            }
        }
    }
    EXPECT_TRUE(state_end(GroupId{0xFFFFFFFFU}, HomeId{0xFFFFFFFFU}, Table{255}).empty());
}

TEST(Keys, EndsKeysAreReadBackAndNothingElseIs) {
    const Place place{TopicId{77}, PartitionId{4'095}};
    EXPECT_EQ(parse_ends_key(ends_key(place)), place);
    EXPECT_EQ(parse_ends_key(consumed_key(GroupId{1}, place)), std::nullopt);
    EXPECT_EQ(parse_ends_key(topic_key("12345678")), std::nullopt);
    EXPECT_EQ(parse_ends_key(""), std::nullopt);
}

TEST(Keys, NumbersOfAnotherLengthAreRefused) {
    EXPECT_EQ(parse_number(number_value(17)), 17U);
    EXPECT_EQ(parse_number(""), std::nullopt);
    EXPECT_EQ(parse_number(pair_value(1, 2)), std::nullopt);
    EXPECT_EQ(parse_pair(number_value(1)), std::nullopt);
    EXPECT_EQ(parse_pair(pair_value(1, 2)), (std::pair<std::uint64_t, std::uint64_t>{1, 2}));
}

TEST(RecordCodec, KeepsNullApartFromEmpty) {
    Record record;
    for (const auto& key : {std::optional<std::string>{}, std::optional<std::string>{""}}) {
        for (const auto& value : {std::optional<std::string>{}, std::optional<std::string>{""}}) {
            record.key = key;
            record.value = value;
            EXPECT_EQ(decode_record(stored(record)), record);
        }
    }
}

TEST(RecordCodec, AWrongLayoutIsRefused) {
    for (const std::string& bytes : {std::string{}, std::string{"\x03"}, std::string(9, '\xFF')}) {
        EXPECT_EQ(decode_record(bytes), std::nullopt);
    }
    EXPECT_EQ(decode_record(stored(Record{}) + "x"), std::nullopt);
}

TEST(RecordCodec, APartThatItDoesNotKnowIsRefused) {
    for (const char bit : {'\x04', '\x10', '\x80'}) {
        std::string bytes = stored(Record{});
        ASSERT_TRUE(decode_record(bytes).has_value());
        bytes[0] = static_cast<char>(bytes[0] | bit);
        EXPECT_EQ(decode_record(bytes), std::nullopt);
    }
}

TEST(RecordBatch, AnyRecordsComeBackAndAnyFlippedBitShows) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<Record> records;
        RecordBatches batches;
        for (std::uint64_t left = 1 + random() % 4; left > 0; --left) {
            batches.add(records.emplace_back(random_record(random)));
        }
        ASSERT_EQ(batches.size(), 1U);
        const std::string key = random_bytes(random, 16);
        std::string bytes = stored(key, batches.at(0));
        ASSERT_EQ(read_batch(key, bytes), records);
        ASSERT_EQ(batch_count(bytes), records.size());
        ASSERT_EQ(read_batch(key + "x", bytes), std::nullopt);
        ASSERT_EQ(read_batch(key, bytes.substr(0, random() % bytes.size())), std::nullopt);
        const std::size_t at = random() % bytes.size();
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        ASSERT_EQ(read_batch(key, bytes), std::nullopt);
    }
}

TEST(RecordBatch, IsCutWhereItHasReachedItsSize) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    RecordBatches batches;
    std::vector<Record> records;
    for (int i = 0; i < 300; ++i) {
        Record& record = records.emplace_back();
        record.value = std::string(random() % (i % 50 == 0 ? 3 * kBatchBytesMax : 2'000), 'x');
        batches.add(record);
    }
    std::vector<Record> read;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const RecordBatches::Batch batch = batches.at(i);
        const auto part = read_batch("k", stored("k", batch));
        ASSERT_TRUE(part);
        ASSERT_EQ(part->size(), batch.records);
        read.insert(read.end(), part->begin(), part->end());
        if (i + 1 < batches.size()) {
            EXPECT_GE(batch.bytes.size(), kBatchBytesMax);
        }
        std::string last;
        encode_record(part->back(), last);
        EXPECT_LT(batch.bytes.size() - last.size() - 4, kBatchBytesMax);  // not before the last one
    }
    EXPECT_EQ(read, records);
    EXPECT_EQ(batches.records(), records.size());
}

TEST(RecordBatch, AWrongLayoutUnderARightCheckIsRefused) {
    RecordBatches batches;
    batches.add(Record{});
    const std::string_view record = batches.at(0).bytes;
    const auto refused = [](std::uint32_t records, const std::string& bytes) {
        const RecordBatches::Batch batch{records, bytes};
        return !read_batch("k", stored("k", batch)).has_value();
    };
    EXPECT_FALSE(refused(1, std::string{record}));
    EXPECT_TRUE(refused(2, std::string{record}));                               // counts too many
    EXPECT_TRUE(refused(1, "abc"));                                             // no length
    EXPECT_TRUE(refused(1, std::string{record.substr(0, record.size() - 1)}));  // cut
    EXPECT_TRUE(refused(1, std::string(3, '\xFF') + std::string{record}));      // huge length
}

}  // namespace

}  // namespace sluice::log
