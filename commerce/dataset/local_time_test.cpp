#include "commerce/dataset/local_time.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::commerce {
namespace {

TEST(LocalTime, IsThreeHoursBehindUtc) {
    const auto time = parse_local("2017-11-24 22:30:05");
    ASSERT_TRUE(time.has_value());
    EXPECT_EQ(to_text(*time), "2017-11-25T01:30:05Z");
    EXPECT_EQ(to_local_text(*time), "2017-11-24 22:30:05");
}

TEST(LocalTime, WhatIsNoTimeIsNothing) {
    for (const std::string_view bad :
         {"",
          "2017-11-24",
          "2017-11-24T22:30:05",
          "2017-11-24 22:30",
          "2017-02-29 00:00:00",
          "2017-11-24 24:00:00",
          "2017-11-24 22:30:05Z",
          "24/11/2017 22:30:05"}) {
        EXPECT_FALSE(parse_local(bad).has_value()) << bad;
    }
}

TEST(LocalTimeModel, TextAndTimeAreTheSame) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int i = 0; i < 10'000; ++i) {
        const UtcTime time{static_cast<std::int64_t>(random() % 4'000'000'000)};
        ASSERT_EQ(parse_local(to_local_text(time)), time);
    }
}

}  // namespace
}  // namespace sluice::commerce
