#include "runtime/domain/given_places.hpp"

#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sluice::runtime {
namespace {

using contract::Encoding;

GivenPlaces places(Encoding key = Encoding::kString) {
    return {"stock.events", 6, contract::Partitioner::kMurmur2, key};
}

TEST(GivenPlaces, ASubjectLiesWhereItsProducersPutItsKey) {
    GivenPlaces by_murmur2 = places();
    GivenPlaces by_crc32 = places();
    by_crc32.partitioner = contract::Partitioner::kCrc32;
    std::set<std::uint32_t> seen;
    for (int n = 0; n < 50; ++n) {
        const std::string subject = "s" + std::to_string(n);
        EXPECT_EQ(by_murmur2.home_of(subject).value, partition_by_murmur2(subject, 6).value);
        EXPECT_EQ(by_crc32.home_of(subject).value, partition_by_crc32(subject, 6).value);
        seen.insert(by_murmur2.home_of(subject).value);
    }
    EXPECT_EQ(seen.size(), 6U);
}

TEST(GivenPlaces, KeysOfOtherKindsAreTheirBytes) {
    const std::string seven{"\0\0\0\0\0\0\0\x07", 8};
    EXPECT_EQ(places(Encoding::kInt64).key_of("7"), seven);
    EXPECT_EQ(places(Encoding::kInt64).home_of("7").value, partition_by_murmur2(seven, 6).value);
    EXPECT_EQ(places(Encoding::kInt64).key_of("-1"), std::string(8, '\xff'));
    EXPECT_EQ(places(Encoding::kBytes).key_of("00ff"), (std::string{"\0\xff", 2}));
    EXPECT_EQ(places().key_of("7"), "7");
}

TEST(GivenPlaces, ATextThatNoKeyReadsAsHasNone) {
    for (const char* text : {"", "07", "+7", "7 ", "x", "9223372036854775808"}) {
        EXPECT_EQ(places(Encoding::kInt64).key_of(text), std::nullopt) << text;
    }
    for (const char* text : {"0", "0G", "FF"}) {
        EXPECT_EQ(places(Encoding::kBytes).key_of(text), std::nullopt) << text;
    }
    EXPECT_EQ(places(Encoding::kInt64).home_of("x").value, 0U);
}

TEST(GivenPlaces, WhatStandsForItselfLiesWhereItWasRead) {
    const std::string subject = places().stand_in(PartitionId{5}, Offset{0});
    EXPECT_EQ(subject, "stock.events/5/0");
    EXPECT_EQ(places().home_of(subject).value, 5U);
    EXPECT_EQ(places(Encoding::kInt64).home_of("stock.events/3/1204").value, 3U);
    for (const std::string text :
         {"stock.events/6/0",
          "stock.events/5",
          "stock.events/5/",
          "stock.events//1",
          "stock.events/5/0/1",
          "stock.events-5/0",
          "stock.event/5/0",
          "stock.events/-1/0"}) {
        EXPECT_EQ(places().home_of(text).value, partition_by_murmur2(text, 6).value) << text;
    }
}

}  // namespace
}  // namespace sluice::runtime
