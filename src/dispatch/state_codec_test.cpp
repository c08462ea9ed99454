#include "dispatch/state_codec.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sluice::dispatch {
namespace {

TEST(StateCodec, ProgressIsDrawnLikeThis) {
    const Progress progress{Offset{300}, {{Offset{302}, Offset{305}}}};
    EXPECT_EQ(encode(progress), (std::string{"\x01\xAC\x02\x01\x02\x03", 6}));
    EXPECT_EQ(decode_progress(encode(progress)).value(), progress);
}

TEST(StateCodec, LineIsDrawnLikeThis) {
    const Line line{LineState::kParked, Position{5}, 2, Instant{1}, Instant{0}, "no", true, 3, 400};
    const std::string bytes = encode(line);
    EXPECT_EQ(bytes.substr(0, 5), (std::string{"\x02\x02\x01\x05\x02", 5}));
    EXPECT_EQ(bytes.size(), 5U + 16U + 1U + 2U + 3U);
    EXPECT_EQ(decode_line(bytes).value(), line);
    std::string old = bytes;  // what version 1 wrote
    old[0] = 1;
    EXPECT_EQ(decode_line(old).value(), line);
}

TEST(StateCodec, WhatAPersonPausedOrRedroveIsKept) {
    Line line{LineState::kRetrying, Position{5}, 0, Instant{1}, Instant{0}, "no", true, 3, 400};
    line.redriven = true;
    line.hold = Hold{Instant{7}, "alice", "until the tax table is right"};
    EXPECT_EQ(decode_line(encode(line)).value(), line);
    EXPECT_EQ(decode_hold(encode(*line.hold)).value(), *line.hold);
    for (std::string damaged : {encode(*line.hold) + "x", std::string{"\x02"}, std::string{}}) {
        EXPECT_EQ(decode_hold(damaged).error().code, ErrorCode::kCorrupt);
    }
    std::string old = encode(line);
    old[0] = 1;  // which had no such flags
    EXPECT_FALSE(decode_line(old).has_value());
}

TEST(StateCodecModel, RandomValuesComeBackAndDamageIsToldOrHarmless) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        Progress progress{Offset{static_cast<std::int64_t>(random() >> (1 + random() % 60))}, {}};
        progress.next.value /= 2;
        std::int64_t at = progress.next.value;
        for (auto left = random() % 5; left > 0; --left) {
            const std::int64_t first = at + 1 + static_cast<std::int64_t>(random() % 1'000);
            at = first + 1 + static_cast<std::int64_t>(random() % 1'000);
            progress.done_above.push_back({Offset{first}, Offset{at}});
        }
        const std::string bytes = encode(progress);
        ASSERT_EQ(decode_progress(bytes).value(), progress);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            ASSERT_FALSE(decode_progress(bytes.substr(0, cut)).has_value());
        }
        std::string damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto read =
            decode_progress(damaged);  // never a crash, and never what it cannot write
        if (read.has_value()) {
            ASSERT_EQ(decode_progress(encode(*read)).value(), *read);
        }

        Line line{
            LineState::kRetrying,
            Position{random()},
            static_cast<std::uint32_t>(random()),
            Instant{static_cast<std::int64_t>(random())},
            Instant{-1},
            {},
            false,
            random(),
            random()};
        line.reason.assign(random() % 50, 'x');
        line.in_backlog = random() % 2 == 0;
        line.redriven = random() % 2 == 0;
        if (random() % 2 == 0) line.hold = Hold{Instant{1}, "bob", std::string(random() % 9, 'y')};
        ASSERT_EQ(decode_line(encode(line)).value(), line);
    }
}

TEST(StateCodec, EveryFieldKeepsItsLargestAndItsSmallest) {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    constexpr auto kMostMs = std::numeric_limits<std::int64_t>::max();
    constexpr auto kLeastMs = std::numeric_limits<std::int64_t>::min();
    const std::string reason = "재고 없음 \n" + std::string(100'000, 'x') + std::string(1, '\0');
    for (const Line& line :
         {Line{LineState::kParked, {kMost}, ~0U, {kMostMs}, {kMostMs}, reason, true, kMost, kMost},
          Line{LineState::kRetrying, {0}, 0, {kLeastMs}, {kLeastMs}, "", false, 0, 0}}) {
        EXPECT_EQ(decode_line(encode(line)).value(), line);
    }
    const Progress far{Offset{kMostMs - 3}, {{Offset{kMostMs - 1}, Offset{kMostMs}}}};
    EXPECT_EQ(decode_progress(encode(far)).value(), far);
    EXPECT_EQ(decode_progress(encode(Progress{})).value(), Progress{});
}

TEST(StateCodec, WhatNobodyCanHaveWrittenIsCorruptWithAReason) {
    struct Case {
        std::string bytes;
        const char* why;
    };

    const std::string beyond = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01";
    for (const Case& one :
         {Case{std::string{"\x01\x05\x01\x00\x01", 5}, "ranges touch"},
          Case{std::string{"\x01\x05\x01\x01\x00", 5}, "ranges touch"},
          Case{std::string{"\x01\x05\x01\x01", 4}, "cut short"},
          Case{std::string{"\x01\x05\x09", 3}, "cut short"},
          Case{"\x01" + beyond + std::string(1, '\0'), "cut short"},
          Case{std::string{"\x01\x05\x01", 3} + beyond + "\x01", "beyond 2^63"},
          Case{std::string{"\x01\x05\x01\x01", 4} + beyond, "beyond 2^63"},
          Case{std::string{"\x02\x05\x00", 3}, "no version 1"}}) {
        const auto read = decode_progress(one.bytes);
        ASSERT_FALSE(read.has_value()) << one.why;
        EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(read.error().message.find(one.why), std::string::npos) << read.error().message;
    }
}

/// A flipped bit is told, or changes a number: never a crash, never a value that cannot be written.
TEST(StateCodec, EveryFlippedBitOfALineIsToldOrHarmless) {
    const Line line{
        LineState::kRetrying, Position{500}, 2, Instant{1}, Instant{9}, "no item", true, 3, 400};
    const std::string bytes = encode(line);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        const auto read = decode_line(damaged);
        if (!read.has_value()) {
            EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << bit;
            continue;
        }
        EXPECT_NE(read.value(), line) << bit;
        EXPECT_EQ(decode_line(encode(read.value())).value(), read.value()) << bit;
    }
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        EXPECT_FALSE(decode_line(bytes.substr(0, cut)).has_value()) << cut;
    }
}

TEST(StateCodec, OtherVersionsStatesAndTailsAreCorrupt) {
    const Line line{
        LineState::kRetrying, Position{5}, 2, Instant{1}, Instant{0}, "no", true, 3, 400};
    for (const auto& [at, value] :
         {std::pair{0, 3}, std::pair{1, 3}, std::pair{1, 0}, std::pair{2, 8}, std::pair{2, 4}}) {
        std::string bytes = encode(line);
        bytes[static_cast<std::size_t>(at)] = static_cast<char>(value);
        const auto read = decode_line(bytes);
        ASSERT_FALSE(read.has_value()) << at;
        EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(decode_line(encode(line) + "x").has_value());
    EXPECT_FALSE(decode_progress(encode(Progress{}) + "x").has_value());
    EXPECT_FALSE(decode_progress("").has_value());
}

}  // namespace
}  // namespace sluice::dispatch
