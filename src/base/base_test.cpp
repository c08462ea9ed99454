#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice {
namespace {

// Known answers of org.apache.kafka.common.utils.Utils.murmur2, from Kafka's own UtilsTest.
TEST(Murmur2, EqualsJavas) {
    EXPECT_EQ(murmur2("21"), -973932308);
    EXPECT_EQ(murmur2("foobar"), -790332482);
    EXPECT_EQ(murmur2("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(murmur2("a-little-bit-longer-string"), -1486304829);
    EXPECT_EQ(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    EXPECT_EQ(murmur2("abc"), 479470107);
}

TEST(Crc32, EqualsTheStandardCheckValue) {
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

TEST(Partitioners, StayWithinTheCount) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const std::string key = std::to_string(random());
        const auto count = static_cast<std::uint32_t>(random() % 64 + 1);
        EXPECT_LT(partition_by_murmur2(key, count).value, count);
        EXPECT_LT(partition_by_crc32(key, count).value, count);
        EXPECT_EQ(home_of(key, count).value, partition_by_murmur2(key, count).value);
    }
}

TEST(Hash64, TellsPartsApart) {
    EXPECT_NE(hash64({"ab", "c"}), hash64({"a", "bc"}));
    EXPECT_NE(hash64({"a"}), hash64({"a", ""}));
}

TEST(Bytes, RoundTrip) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const std::uint64_t wide = random() >> (random() % 64);
        const auto narrow = static_cast<std::uint32_t>(random());
        const std::string text(random() % 300, static_cast<char>(random()));
        std::string out;
        ByteWriter writer{out};
        writer.u8(7);
        writer.varint(wide);
        writer.u32(narrow);
        writer.bytes(text);
        writer.u64(wide);
        ByteReader reader{out};
        EXPECT_EQ(reader.u8(), 7);
        EXPECT_EQ(reader.varint(), wide);
        EXPECT_EQ(reader.u32(), narrow);
        EXPECT_EQ(reader.bytes(), text);
        EXPECT_EQ(reader.u64(), wide);
        EXPECT_TRUE(reader.at_end());
        ByteReader cut{std::string_view{out}.substr(0, random() % out.size())};
        static_cast<void>(cut.u8());
        static_cast<void>(cut.varint());
        static_cast<void>(cut.u32());
        static_cast<void>(cut.bytes());
        static_cast<void>(cut.u64());
        EXPECT_FALSE(cut.ok());
    }
}

TEST(Bytes, RefusesAnEndlessVarint) {
    const std::string endless(11, '\xFF');
    ByteReader reader{endless};
    EXPECT_EQ(reader.varint(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(Time, RoundTripsAndTakesOffsets) {
    EXPECT_EQ(to_rfc3339(Instant{0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(Instant{-1}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(
        parse_rfc3339("2024-02-01T00:10:00+09:00").value(),
        parse_rfc3339("2024-01-31T15:10:00Z").value()
    );
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.1239Z").value().ms, 123);
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const Instant at{static_cast<std::int64_t>(random() % 4'000'000'000'000)};
        EXPECT_EQ(parse_rfc3339(to_rfc3339(at)).value(), at);
    }
}

TEST(Time, RefusesWhatIsNone) {
    for (const char* text :
         {"",
          "2024-02-30T00:00:00Z",
          "2024-02-01",
          "2024-02-01T24:00:00Z",
          "2024-02-01T00:00:00",
          "2024-02-01T00:00:00.Z",
          "2024-02-01T00:00:00Zx",
          "2024-02-01T00:00:00+25:00"}) {
        EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
    }
}

TEST(Result, HoldsAValueOrAnError) {
    const Result<int> seven{7};
    EXPECT_EQ(seven.value(), 7);
    const Result<int> none{Error{ErrorCode::kNotFound, "no such topic 'x'"}};
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().at("read").message, "read: no such topic 'x'");
    EXPECT_DEATH(static_cast<void>(none.value()), "Result misused");
}

}  // namespace
}  // namespace sluice
