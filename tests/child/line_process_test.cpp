#include "tests/child/line_process.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sluice::test {
namespace {

TEST(LineProcess, TalksLineByLine) {
    LineProcess echo{{"sed", "-u", "s/^/ok /"}};
    echo.say("one");
    echo.say("two");
    EXPECT_EQ(echo.expect("ok"), "one");
    EXPECT_EQ(echo.line(), "ok two");
}

TEST(LineProcess, WhatWasNotExpectedIsTold) {
    LineProcess echo{{"sed", "-u", "s/^/error /"}};
    echo.say("one");
    try {
        static_cast<void>(echo.expect("ok"));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "it said: error one");
    }
}

TEST(LineProcess, AnEndIsTold) {
    LineProcess silent{{"true"}};
    EXPECT_THROW(static_cast<void>(silent.line()), std::runtime_error);
    EXPECT_THROW(LineProcess{{"/nowhere/program"}}, std::runtime_error);
}

}  // namespace
}  // namespace sluice::test
