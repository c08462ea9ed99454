#include "contract/yaml_scalar.hpp"

#include <gtest/gtest.h>

namespace sluice::contract {
namespace {

TEST(PlainScalar, IsReadByTheCoreSchemaOfYaml12) {
    EXPECT_TRUE(plain_scalar("").is_null());
    EXPECT_TRUE(plain_scalar("~").is_null());
    EXPECT_TRUE(plain_scalar("null").is_null());
    EXPECT_EQ(plain_scalar("true"), true);
    EXPECT_EQ(plain_scalar("False"), false);
    EXPECT_EQ(plain_scalar("12"), 12);
    EXPECT_EQ(plain_scalar("+12"), 12);
    EXPECT_EQ(plain_scalar("-12"), -12);
    EXPECT_EQ(plain_scalar("0x1F"), 31);
    EXPECT_EQ(plain_scalar("0o17"), 15);
    EXPECT_EQ(plain_scalar("1.5"), 1.5);
    EXPECT_EQ(plain_scalar("-2e3"), -2000.0);
    EXPECT_EQ(plain_scalar("18446744073709551615"), 18446744073709551615U);
}

TEST(PlainScalar, IsATextOtherwise) {
    // In YAML 1.1 some of these were booleans, base-60 numbers or infinities.
    for (const char* text : {"yes",   "no",    "on",    "off", "NO",
                             "12:30", "1_000", "3.0.0", "30s", ".inf",
                             "-.INF", ".nan",  "inf",   "nan", "18446744073709551616",
                             "1e999", "0x",    "0xG",   "+",   "-",
                             ".",     "e",     "++1",   "1-2", "order.placed"}) {
        EXPECT_EQ(plain_scalar(text), text);
    }
}

}  // namespace
}  // namespace sluice::contract
