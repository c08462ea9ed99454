#include <sluice/time.hpp>

#include "base/clock.hpp"
#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <limits>
#include <random>
#include <string>

namespace sluice {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
const Instant kFirst = parse_rfc3339("0000-01-01T00:00:00Z").value();
const Instant kLast = parse_rfc3339("9999-12-31T23:59:59.999Z").value();

struct Written {
    const char* text;
    const char* meant;  ///< the same moment, as we write it
};

class Times : public testing::TestWithParam<Written> {};

TEST_P(Times, AreReadAsTheMomentThatTheyMean) {
    const auto read = parse_rfc3339(GetParam().text);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(to_rfc3339(*read), GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    Times,
    testing::Values(
        Written{"2024-02-01T00:10:00Z", "2024-02-01T00:10:00Z"},
        Written{"2024-02-01t00:10:00z", "2024-02-01T00:10:00Z"},
        Written{"2024-02-01 00:10:00Z", "2024-02-01T00:10:00Z"},
        Written{"2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"},
        Written{"2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"},
        Written{"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
        Written{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Fractions,
    Times,
    testing::Values(
        Written{"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"},
        Written{"2024-02-01T00:00:00.0Z", "2024-02-01T00:00:00Z"},
        Written{"2024-02-01T00:00:00.001Z", "2024-02-01T00:00:00.001Z"},
        Written{"2024-02-01T00:00:00.0009Z", "2024-02-01T00:00:00Z"},
        Written{"2024-02-01T00:00:00.9999999999Z", "2024-02-01T00:00:00.999Z"},
        Written{"1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"},
        Written{"2024-02-01T00:00:00.123456789012345678901234567890Z", "2024-02-01T00:00:00.123Z"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Offsets,
    Times,
    testing::Values(
        Written{"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"},
        Written{"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"},
        Written{"2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00Z"},
        Written{"2024-02-01T00:00:00-00:00", "2024-02-01T00:00:00Z"},
        Written{"2024-01-01T00:00:00+23:59", "2023-12-31T00:01:00Z"},
        Written{"2024-12-31T23:59:59-23:59", "2025-01-01T23:58:59Z"},
        Written{"2024-03-01T00:00:00+05:45", "2024-02-29T18:15:00Z"}
    )
);

// A second that Instant has no room for is the first of the next minute, so that order is kept.
INSTANTIATE_TEST_SUITE_P(
    LeapSeconds,
    Times,
    testing::Values(
        Written{"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"},
        Written{"1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"},
        Written{"2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z"}
    )
);

class NoTimes : public testing::TestWithParam<const char*> {};

TEST_P(NoTimes, AreRefusedWithAnExample) {
    const auto read = parse_rfc3339(GetParam());
    ASSERT_FALSE(read.has_value()) << to_rfc3339(*read);
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(
        read.error().message,
        fmt::format("'{}' is not an RFC 3339 time such as 2026-11-22T21:01:14Z", GetParam())
    );
}

INSTANTIATE_TEST_SUITE_P(
    Dates,
    NoTimes,
    testing::Values(
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-32T00:00:00Z",
        "24-01-01T00:00:00Z",
        "02024-01-01T00:00:00Z",
        "+2024-01-01T00:00:00Z",
        "-024-01-01T00:00:00Z",
        "2024-1-1T00:00:00Z",
        "20240101T000000Z",
        "2024/01/01T00:00:00Z"
    )
);

INSTANTIATE_TEST_SUITE_P(
    Clocks,
    NoTimes,
    testing::Values(
        "2024-02-01T24:00:00Z",
        "2024-02-01T00:60:00Z",
        "2024-02-01T00:00:61Z",
        "2024-02-01T00:00Z",
        "2024-02-01T0:00:00Z",
        "2024-02-01T-1:00:00Z",
        "2024-02-01_00:00:00Z",
        "2024-02-01  00:00:00Z",
        "2024-02-01T00:00:00.Z",
        "2024-02-01T00:00:00,5Z",
        "2024-02-01T00:00:00.5.5Z",
        "2024-02-01T00:00:00.-5Z"
    )
);

INSTANTIATE_TEST_SUITE_P(
    Offsets,
    NoTimes,
    testing::Values(
        "2024-02-01T00:00:00",
        "2024-02-01T00:00:00+24:00",
        "2024-02-01T00:00:00+00:60",
        "2024-02-01T00:00:00+0900",
        "2024-02-01T00:00:00+09",
        "2024-02-01T00:00:00+9:00",
        "2024-02-01T00:00:00 +09:00",
        "2024-02-01T00:00:00UTC",
        "2024-02-01T00:00:00Z+00:00",
        "2024-02-01T00:00:00ZZ"
    )
);

INSTANTIATE_TEST_SUITE_P(
    Others, NoTimes, testing::Values("", " ", "Z", "T", "now", "yesterday", "1700000000")
);

TEST(Time, WhatCannotBeShownOnALineIsCounted) {
    const auto message = [](std::string_view text) { return parse_rfc3339(text).error().message; };
    const std::string rest = " is not an RFC 3339 time such as 2026-11-22T21:01:14Z";
    EXPECT_EQ(message("2024-02-01T00:00:00Z\n"), "a text of 21 bytes" + rest);
    EXPECT_EQ(message(std::string_view{"\0", 1}), "a text of 1 bytes" + rest);
    EXPECT_EQ(message("２０２４"), "a text of 12 bytes" + rest);
    EXPECT_EQ(message(std::string(64, '2')), "'" + std::string(64, '2') + "'" + rest);
    EXPECT_EQ(message(std::string(65, '2')), "a text of 65 bytes" + rest);
}

TEST(Time, IsWrittenWithMillisecondsOnlyWhereThereAreSome) {
    EXPECT_EQ(to_rfc3339(Instant{0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(Instant{1}), "1970-01-01T00:00:00.001Z");
    EXPECT_EQ(to_rfc3339(Instant{-1}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(Instant{-kDayMs}), "1969-12-31T00:00:00Z");
    EXPECT_EQ(to_rfc3339(Instant{kDayMs - 1}), "1970-01-01T23:59:59.999Z");
}

// A producer that stamps its records in microseconds writes the year 55,000: it is still shown.
TEST(Time, BeyondFourDigitsOfYearsTheNearestMomentIsWritten) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    for (const std::int64_t ms :
         {kLast.ms, kLast.ms + 1, std::int64_t{1'700'000'000'000'000}, most}) {
        EXPECT_EQ(to_rfc3339(Instant{ms}), "9999-12-31T23:59:59.999Z") << ms;
    }
    for (const std::int64_t ms :
         {kFirst.ms, kFirst.ms - 1, -std::int64_t{1'700'000'000'000'000}, least}) {
        EXPECT_EQ(to_rfc3339(Instant{ms}), "0000-01-01T00:00:00Z") << ms;
    }
}

// The reference is the C library's calendar.
TEST(Time, AgreesWithTheCalendarOfTheCLibrary) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const std::uint64_t span = static_cast<std::uint64_t>(kLast.ms - kFirst.ms);
        const Instant at{kFirst.ms + static_cast<std::int64_t>(random() % span)};
        const std::string text = to_rfc3339(at);
        ASSERT_EQ(parse_rfc3339(text).value(), at) << text;
        const std::time_t seconds = (at.ms - (at.ms % 1'000 + 1'000) % 1'000) / 1'000;
        std::tm parts{};
        ASSERT_NE(::gmtime_r(&seconds, &parts), nullptr);
        const std::string date = fmt::format(
            "{:04}-{:02}-{:02}", parts.tm_year + 1'900, parts.tm_mon + 1, parts.tm_mday
        );
        ASSERT_EQ(text.substr(0, 10), date) << at.ms;
        const std::string clock =
            fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
        ASSERT_EQ(text.substr(11, 8), clock) << at.ms;
    }
}

TEST(Time, AnOffsetMovesTheMomentByItself) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Instant local{static_cast<std::int64_t>(random() % 4'000'000'000'000)};
        const int hours = static_cast<int>(random() % 24);
        const int minutes = static_cast<int>(random() % 60);
        const bool east = random() % 2 == 0;
        std::string text = to_rfc3339(local);
        text.back() = east ? '+' : '-';
        text += fmt::format("{:02}:{:02}", hours, minutes);
        const std::int64_t shift = std::int64_t{60'000} * (hours * 60 + minutes);
        ASSERT_EQ(parse_rfc3339(text).value().ms, local.ms + (east ? -shift : shift)) << text;
    }
}

TEST(Time, WhateverTheTextAnAnswer) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 20'000; ++round) {
        std::string text =
            to_rfc3339(Instant{static_cast<std::int64_t>(random() % 4'000'000'000'000)});
        text[random() % text.size()] = "0129-+:.TZtz \n\xFF"[random() % 15];
        if (random() % 2 == 0) text.resize(random() % text.size());
        const auto read = parse_rfc3339(text);
        if (read.has_value()) {
            ASSERT_EQ(parse_rfc3339(to_rfc3339(*read)).value(), *read) << text;
        }
    }
}

TEST(SystemClock, CountsMillisecondsOfThisCentury) {
    const Instant now = SystemClock{}.now();
    EXPECT_GT(now, parse_rfc3339("2024-01-01T00:00:00Z").value());
    EXPECT_LT(now, parse_rfc3339("2124-01-01T00:00:00Z").value());
}

}  // namespace
}  // namespace sluice
