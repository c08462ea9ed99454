#include "daemon/config/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

TEST(Address, IsReadAsItIsWritten) {
    for (const char* text :
         {"127.0.0.1:8480", "localhost:0", "::1:65535", "host.example:1", "127.0.0.1:1"}) {
        const auto parsed = parse_address(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->text(), text);
    }
}

TEST(Address, ThePortIsWhatFollowsTheLastColon) {
    EXPECT_EQ(parse_address("::1:8480"), (Address{"::1", 8480}));
    EXPECT_EQ(parse_address("h:0080"), (Address{"h", 80}));
}

TEST(Address, AnyOtherFormIsNone) {
    for (const char* bad :
         {"",
          ":",
          ":8480",
          "127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:x",
          "127.0.0.1:1x",
          "127.0.0.1:-1",
          "127.0.0.1:+1",
          "127.0.0.1: 1",
          "127.0.0.1:65536",
          "127.0.0.1:99999999999999999999"}) {
        EXPECT_FALSE(parse_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace sluice::daemon
