#include "deliver/push/address_guard.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::deliver::push {
namespace {

IpAddress address(const std::string& text) {
    const auto read = IpAddress::parse(text);
    EXPECT_TRUE(read.has_value()) << text;
    return read.value_or(IpAddress{});
}

std::string why_not(const std::string& text, const std::vector<std::string>& allowed = {}) {
    std::vector<IpRange> ranges;
    for (const std::string& range : allowed) ranges.push_back(IpRange::parse(range).value());
    const Status checked = AddressGuard{std::move(ranges)}.check(address(text));
    return checked ? "" : checked.error().message;
}

TEST(PushAddress, IsReadAndShown) {
    for (const char* text : {"1.2.3.4", "2001:db8::1", "::1", "255.255.255.255", "::"}) {
        EXPECT_EQ(address(text).text(), text);
    }
    EXPECT_EQ(address("::ffff:10.0.0.1").text(), "10.0.0.1");
    EXPECT_EQ(address("::ffff:a00:1"), address("10.0.0.1"));
    for (const char* text :
         {"",
          "localhost",
          "1.2.3",
          "1.2.3.4.5",
          "0x7f.1",
          "2130706433",
          "010.1.1.1x",
          "1.2.3.4 "}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
}

TEST(PushAddress, PublicOnesAreFine) {
    for (const char* text :
         {"1.1.1.1",
          "8.8.8.8",
          "9.255.255.255",
          "11.0.0.0",
          "172.15.255.255",
          "172.32.0.0",
          "100.63.255.255",
          "100.128.0.0",
          "192.167.255.255",
          "192.169.0.0",
          "223.255.255.255",
          "2606:4700::1",
          "2a00::1",
          "3ffe::1"}) {
        EXPECT_EQ(why_not(text), "") << text;
    }
}

TEST(PushAddress, OthersAreRefusedByNameAndTheRefusalSaysWhatWouldAllowThem) {
    const std::pair<const char*, const char*> all[]{
        {"127.0.0.1", "loopback"},
        {"127.255.255.255", "loopback"},
        {"0.0.0.0", "network"},
        {"10.0.0.0", "private"},
        {"10.255.255.255", "private"},
        {"172.16.0.1", "private"},
        {"172.31.255.255", "private"},
        {"192.168.1.1", "private"},
        {"169.254.169.254", "metadata"},
        {"100.64.0.1", "carriers"},
        {"198.18.0.1", "benchmarks"},
        {"224.0.0.1", "multicast"},
        {"255.255.255.255", "reserved"},
        {"::", "reserved"},
        {"::1", "loopback"},
        {"fe80::1", "link-local"},
        {"fd00::1", "private"},
        {"ff02::1", "multicast"},
        {"2002:7f00:1::", "tunnel"},
        {"64:ff9b::7f00:1", "reserved"},
        {"::127.0.0.1", "reserved"},
        {"2001:0:1::", "tunnels"},
        {"::ffff:127.0.0.1", "loopback"}};
    for (const auto& [text, what] : all) {
        const std::string why = why_not(text);
        EXPECT_NE(why.find(what), std::string::npos) << text << ": " << why;
        EXPECT_NE(why.find("push: {allow: ["), std::string::npos) << why;
    }
}

TEST(PushAddress, WhatIsAllowedIsFineAndNothingBesideIt) {
    EXPECT_EQ(why_not("10.1.2.3", {"10.0.0.0/8"}), "");
    EXPECT_EQ(why_not("::ffff:10.1.2.3", {"10.0.0.0/8"}), "");
    EXPECT_NE(why_not("11.0.0.1", {"10.0.0.0/8"}), why_not("127.0.0.1", {"10.0.0.0/8"}));
    EXPECT_NE(why_not("127.0.0.1", {"10.0.0.0/8"}), "");
    EXPECT_EQ(why_not("127.0.0.1", {"10.0.0.0/8", "127.0.0.1"}), "");
    EXPECT_NE(why_not("127.0.0.2", {"127.0.0.1"}), "");
    EXPECT_EQ(why_not("fd12::3", {"fd00::/8"}), "");
    EXPECT_EQ(why_not("192.168.7.9", {"0.0.0.0/0"}), "");
    EXPECT_NE(why_not("fd12::3", {"0.0.0.0/0"}), "");
    EXPECT_EQ(why_not("192.168.7.9", {"::/0"}), "");
}

TEST(PushAddress, WhatIsNoRangeSaysWhy) {
    const std::pair<const char*, const char*> all[]{
        {"", "is no range"},
        {"10", "is no range"},
        {"10.0.0.0/", "from 0 to 32"},
        {"10.0.0.0/33", "0 to 32"},
        {"10.0.0.0/8x", "0 to 32"},
        {"fd00::/129", "0 to 128"},
        {"10.1.0.0/8", "bits behind"},
        {"fd00::1/8", "bits behind"},
        {"shop.example", "is no range"}};
    for (const auto& [text, words] : all) {
        const auto range = IpRange::parse(text);
        ASSERT_FALSE(range.has_value()) << text;
        EXPECT_NE(range.error().message.find(words), std::string::npos) << range.error().message;
    }
}

/// A range holds an address when, and only when, their first bits are the same.
TEST(PushAddress, ARangeIsItsFirstBits) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        IpRange range{{}, static_cast<unsigned>(random() % 129)};
        IpAddress one;
        for (auto& byte : range.first.bytes) byte = static_cast<std::uint8_t>(random());
        one = range.first;
        const auto bit = static_cast<unsigned>(random() % 128);
        one.bytes[bit / 8] = static_cast<std::uint8_t>(one.bytes[bit / 8] ^ (0x80U >> bit % 8));
        EXPECT_EQ(range.contains(one), bit >= range.prefix_bits);
        EXPECT_TRUE(range.contains(range.first));
    }
}

}  // namespace
}  // namespace sluice::deliver::push
