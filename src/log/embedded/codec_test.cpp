#include "base/test_seed.hpp"
#include "log/embedded/crc32c.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/record_codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::log {

namespace {

std::string stored(std::string_view key, const Record& record) {
    std::string body;
    encode_record(record, body);
    return number_value(record_check(key, body)) + body;
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
        record.headers.push_back(Header{random_bytes(random, 3), random_bytes(random, 20)});
    }
    record.time = Instant{static_cast<std::int64_t>(random())};
    return record;
}

TEST(Keys, ByteOrderIsOffsetOrder) {
    std::mt19937_64 random{test::seed()};
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
            EXPECT_EQ(decode_record("k", stored("k", record)), record);
        }
    }
}

TEST(RecordCodec, AnyRecordComesBackAndAnyFlippedBitShows) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Record record = random_record(random);
        const std::string key = random_bytes(random, 16);
        std::string bytes = stored(key, record);
        ASSERT_EQ(decode_record(key, bytes), record);
        ASSERT_EQ(decode_record(key + "x", bytes), std::nullopt);
        ASSERT_EQ(decode_record(key, bytes.substr(0, random() % bytes.size())), std::nullopt);
        const std::size_t at = random() % bytes.size();
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        ASSERT_EQ(decode_record(key, bytes), std::nullopt);
    }
}

TEST(RecordCodec, AWrongLayoutUnderARightCheckIsRefused) {
    const std::string key = "k";
    for (const std::string& body : {std::string{}, std::string{"\x03"}, std::string(9, '\xFF')}) {
        EXPECT_EQ(decode_record(key, number_value(record_check(key, body)) + body), std::nullopt);
    }
    Record record;
    std::string longer;
    encode_record(record, longer);
    longer.push_back('x');
    EXPECT_EQ(decode_record(key, number_value(record_check(key, longer)) + longer), std::nullopt);
}

TEST(Crc32c, KnownValues) {  // RFC 3720, B.4
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

}  // namespace

}  // namespace sluice::log
