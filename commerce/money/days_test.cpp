#include "commerce/money/days.hpp"

#include "base/test_seed.hpp"
#include "commerce/money/policy.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::commerce {
namespace {

UtcTime at(const std::string& text) {
    return parse_time(text).value();
}

TEST(UtcTime, IsItsText) {
    EXPECT_EQ(at("1970-01-01T00:00:00Z").seconds, 0);
    EXPECT_EQ(at("2018-01-30T12:34:56Z").seconds, 1'517'315'696);
    EXPECT_EQ(to_text(UtcTime{-1}), "1969-12-31T23:59:59Z");
}

TEST(UtcTime, EveryTextComesBack) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 10'000; ++round) {
        const UtcTime time{static_cast<std::int64_t>(random() % 4'000'000'000ULL) - 1'000'000'000};
        ASSERT_EQ(at(to_text(time)), time) << to_text(time);
    }
}

TEST(UtcTime, RefusesWhatIsNotATime) {
    for (const char* text :
         {"",
          "2018-01-30",
          "2018-01-30T12:00:00",
          "2018-01-30T12:00:00+00:00",
          "2018-02-30T12:00:00Z",
          "2018-13-01T12:00:00Z",
          "2018-01-30T24:00:00Z",
          "2018-01-30 12:00:00Z",
          "2018-01-30T12:00:60Z",
          "2018-01-3xT12:00:00Z"}) {
        const auto time = parse_time(text);
        ASSERT_FALSE(time.has_value()) << text;
        EXPECT_NE(time.error().message.find(text), std::string::npos);
    }
}

TEST(Day, IsItsText) {
    EXPECT_EQ(to_text(parse_day("2018-01-01").value()), "2018-01-01");
    EXPECT_EQ(parse_day("2018-01-01").value(), Policy{}.switch_on);
    EXPECT_EQ(to_text(parse_day("2016-02-28").value() + 1), "2016-02-29");
    EXPECT_EQ(month_text(parse_day("2018-07-09").value()), "2018-07");
    EXPECT_EQ(to_text(next_month(parse_day("2017-12-31").value())), "2018-01-01");
    EXPECT_EQ(to_text(next_month(parse_day("2016-01-31").value())), "2016-02-01");
    EXPECT_FALSE(parse_day("2018-1-01").has_value());
}

TEST(BusinessDay, IsInTheBusinessTimeZone) {
    const Policy brazil;
    EXPECT_EQ(to_text(bday(brazil, at("2018-01-01T02:59:59Z"))), "2017-12-31");
    EXPECT_EQ(to_text(bday(brazil, at("2018-01-01T03:00:00Z"))), "2018-01-01");
    Policy korea;
    korea.offset_minutes = 540;
    EXPECT_EQ(to_text(bday(korea, at("2024-01-31T15:10:00Z"))), "2024-02-01");  // case 9, R
    EXPECT_EQ(to_text(bday(brazil, at("1969-12-31T12:00:00Z"))), "1969-12-31");
}

TEST(BookedOn, ALateCourierFallsBehindTheClosedMonth) {  // cases.md, "Late courier"
    const Policy policy;
    const UtcTime happened = at("2018-01-30T12:00:00Z");
    EXPECT_EQ(to_text(booked_on(policy, at("2018-02-03T12:00:00Z"), happened)), "2018-01-30");
    EXPECT_EQ(to_text(booked_on(policy, at("2018-02-04T02:59:59Z"), happened)), "2018-01-30");
    EXPECT_EQ(to_text(booked_on(policy, at("2018-02-04T03:00:00Z"), happened)), "2018-02-04");
    EXPECT_EQ(to_text(booked_on(policy, happened, happened)), "2018-01-30");
}

TEST(BookedOn, IsOneOfTheTwoAndNeverInAClosedMonth) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    const Policy policy;
    for (int round = 0; round < 10'000; ++round) {
        const UtcTime happened{1'500'000'000 + static_cast<std::int64_t>(random() % 50'000'000)};
        const UtcTime time{happened.seconds + static_cast<std::int64_t>(random() % 5'000'000)};
        const Day booked = booked_on(policy, time, happened);
        const Day recorded = bday(policy, time);
        ASSERT_TRUE(booked == bday(policy, happened) || booked == recorded);
        const bool same_month = month_text(booked) == month_text(recorded);
        const bool month_before =
            next_month(booked) <= recorded && recorded - next_month(booked) < 3;
        ASSERT_TRUE(same_month || month_before) << to_text(time) << ' ' << to_text(happened);
    }
}

}  // namespace
}  // namespace sluice::commerce
