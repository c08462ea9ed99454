#include "state/entry.hpp"

#include "state/delta.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::state {
namespace {

StateEntry sample_entry() {
    StateEntry entry;
    entry.offset = Offset{1'234'567};
    entry.time = Instant{1'700'000'000'123};
    entry.id_hash = 0x1122334455667788;
    entry.body = delta_between("abcdef", "abXef");
    return entry;
}

StateEntry whole_entry(std::string state) {
    StateEntry entry = sample_entry();
    entry.whole = true;
    entry.body = std::move(state);
    return entry;
}

std::string hex(const std::string& bytes) {
    std::string out;
    for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return out;
}

TEST(StateEntry, HasTheseBytes) {
    EXPECT_EQ(
        hex(encode_entry(sample_entry())),
        "0100"
        "87ad4b"            // offset
        "f6a1abfef962"      // time
        "8877665544332211"  // id
        "00"                // missing
        "00020158040200"    // head, tail, middle
    );
    EXPECT_EQ(hex(entry_key("17", Position{1})), "023137fffffffffffffffe");
}

TEST(StateEntry, ComesBackAsItWas) {
    StateEntry entry = sample_entry();
    EXPECT_EQ(decode_entry(encode_entry(entry)).value(), entry);
    entry.closes = true;
    entry.time = Instant{-5};
    entry.missing = 3;
    entry.missing_last = Position{9};
    EXPECT_EQ(decode_entry(encode_entry(entry)).value(), entry);
    entry.unknown = "reducer: no such line";
    entry.body.clear();
    EXPECT_EQ(decode_entry(encode_entry(entry)).value(), entry);
    entry.whole = true;
    entry.body = R"({"a":1})";
    EXPECT_EQ(decode_entry(encode_entry(entry)).value(), entry);
}

TEST(StateEntry, DamageIsTold) {
    StateEntry entry = sample_entry();
    entry.missing = 1;
    entry.missing_last = Position{2};
    entry.unknown = "why";
    entry.body.clear();
    const std::string bytes = encode_entry(entry);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto cut = decode_entry(std::string_view{bytes}.substr(0, size));
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(decode_entry(bytes + "x"));
    std::string other = bytes;
    other[0] = 2;
    EXPECT_EQ(decode_entry(other).error().message, "state at positions: an entry of version 2");
    other = bytes;
    other[1] = 64;
    EXPECT_FALSE(decode_entry(other));
}

TEST(EntryKey, TheNewestComesFirstAndSubjectsLieApart) {
    EXPECT_LT(entry_key("a", Position{2}), entry_key("a", Position{1}));
    EXPECT_LT(entry_key("a", Position{256}), entry_key("a", Position{255}));
    EXPECT_TRUE(entry_key("a", Position{1}).starts_with(entry_prefix("a")));
    EXPECT_FALSE(entry_key("ab", Position{1}).starts_with(entry_prefix("a")));
    const std::string key = entry_key("o-17", Position{12});
    EXPECT_EQ(parse_entry_key(key)->subject, "o-17");
    EXPECT_EQ(parse_entry_key(key)->position, Position{12});
    EXPECT_FALSE(parse_entry_key(key.substr(1)));
    EXPECT_FALSE(parse_entry_key(key + "1"));
    EXPECT_FALSE(parse_entry_key(""));
}

TEST(StateBehind, GoesBackToTheLastWholeOne) {
    StateEntry failed = sample_entry();
    failed.unknown = "no";
    failed.body.clear();
    StateEntry second = sample_entry();
    second.body = delta_between(R"({"a":1})", R"({"a":22})");
    StateEntry third = sample_entry();
    third.body = delta_between(R"({"a":22})", R"({"a":22,"b":3})");
    const std::vector<StateEntry> all{third, failed, second, whole_entry(R"({"a":1})")};
    EXPECT_EQ(state_behind(all).value(), R"({"a":22,"b":3})");
    EXPECT_EQ(state_behind(std::span{all}.subspan(1)).value(), R"({"a":22})");
    EXPECT_EQ(state_behind(std::span{all}.subspan(3)).value(), R"({"a":1})");
}

TEST(StateBehind, WhatDoesNotFitIsDamage) {
    EXPECT_FALSE(state_behind({}));
    EXPECT_FALSE(state_behind(std::vector{sample_entry()})) << "nothing whole";
    EXPECT_FALSE(state_behind(std::vector{sample_entry(), whole_entry("abc")})) << "too short";
    StateEntry cut = sample_entry();
    cut.body = "\x80";
    EXPECT_EQ(
        state_behind(std::vector{cut, whole_entry("abcdef")}).error().message,
        "state at positions: what changed does not fit"
    );
}

}  // namespace
}  // namespace sluice::state
