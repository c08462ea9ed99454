#include "contract/units.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::contract {
namespace {

TEST(Duration, HasAUnit) {
    EXPECT_EQ(parse_duration("250ms"), Milliseconds{250});
    EXPECT_EQ(parse_duration("30s"), Milliseconds{30'000});
    EXPECT_EQ(parse_duration("5m"), Milliseconds{300'000});
    EXPECT_EQ(parse_duration("2h"), Milliseconds{7'200'000});
    EXPECT_EQ(parse_duration("400d"), Milliseconds{400LL * 86'400'000});
    EXPECT_EQ(parse_duration("0s"), Milliseconds{0});
    for (const char* text :
         {"",
          "30",
          "s",
          "-1s",
          "1.5s",
          "30 s",
          "30S",
          "30sec",
          "36501d",
          "99999999999999999999s",
          "1h30m"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(Size, HasAUnit) {
    EXPECT_EQ(parse_size("100B"), 100U);
    EXPECT_EQ(parse_size("64KiB"), 65'536U);
    EXPECT_EQ(parse_size("1MiB"), 1'048'576U);
    EXPECT_EQ(parse_size("10GiB"), 10'737'418'240U);
    EXPECT_EQ(parse_size("1TiB"), 1'099'511'627'776U);
    for (const char* text : {"", "64", "64KB", "64kib", "KiB", "-1B", "99999999999TiB"}) {
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
    }
}

TEST(Units, AreWrittenAsTheyAreRead) {
    EXPECT_EQ(write_duration(Milliseconds{90'000}), "90s");
    EXPECT_EQ(write_duration(Milliseconds{0}), "0ms");
    EXPECT_EQ(write_size(1'536), "1536B");
    EXPECT_EQ(write_size(std::uint64_t{64} << 20), "64MiB");
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const Milliseconds duration{static_cast<std::int64_t>(random() % 3'000'000'000'000)};
        ASSERT_EQ(parse_duration(write_duration(duration)), duration);
        const std::uint64_t size = random() << (random() % 40) >> 8;
        ASSERT_EQ(parse_size(write_size(size)), size);
    }
}

}  // namespace
}  // namespace sluice::contract
