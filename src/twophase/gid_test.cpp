#include "twophase/gid.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::twophase {
namespace {

TEST(TwoPhaseGid, IsReadAsItIsWritten) {
    const Gid gid{"points", {3, 17}, 1};
    EXPECT_EQ(to_string(gid), "sluice/points/3/17/1");
    EXPECT_EQ(parse_gid("sluice/points/3/17/1").value(), gid);
    EXPECT_EQ(parse_gid("sluice/a-1/0/0/0").value(), (Gid{"a-1", {0, 0}, 0}));
}

TEST(TwoPhaseGid, OfTheLongestNamesIsWhatDatabasesTake) {
    const Gid gid{
        std::string(Gid::kCoordinatorMax, 'x'),
        {std::numeric_limits<std::uint32_t>::max(), std::numeric_limits<std::uint64_t>::max()},
        15};
    EXPECT_EQ(to_string(gid).size(), 62U);
    EXPECT_EQ(parse_gid(to_string(gid)).value(), gid);
}

TEST(TwoPhaseGid, OfOthersIsNoneOfOurs) {
    for (const char* text :
         {"",
          "sluice",
          "sluice/",
          "sluice/points",
          "sluice/points/3/17",
          "sluice/points/3/17/",
          "sluice/points/3/17/1/2",
          "sluice/points/03/17/1",
          "sluice/points/3/-17/1",
          "sluice/points/3/17/x",
          "sluice/Points/3/17/1",
          "sluice//3/17/1",
          "sluice/points/4294967296/1/1",
          "other/points/3/17/1",
          "sluice/points//17/1",
          "sluice/an-overlong-name-of-it/3/17/1",
          "sluice/points/3/17/+1"}) {
        EXPECT_FALSE(parse_gid(text).has_value()) << text;
    }
    EXPECT_EQ(parse_gid("x").error().message, "\"x\" is no transaction of Sluice's");
}

TEST(TwoPhaseTransactionId, IsReadAsPeopleSayIt) {
    EXPECT_EQ(to_string(TransactionId{3, 17}), "3/17");
    EXPECT_EQ(parse_transaction_id("3/17").value(), (TransactionId{3, 17}));
    for (const char* text : {"", "3", "3/", "/17", "3/17/1", "3/17/", "a/b", "03/17"}) {
        EXPECT_FALSE(parse_transaction_id(text).has_value()) << text;
    }
    EXPECT_EQ(
        parse_transaction_id("17").error().message,
        "\"17\" is no transaction: they are written 3/17"
    );
}

}  // namespace
}  // namespace sluice::twophase
