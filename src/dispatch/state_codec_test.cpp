#include "dispatch/state_codec.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

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
    EXPECT_EQ(bytes.substr(0, 5), (std::string{"\x01\x02\x01\x05\x02", 5}));
    EXPECT_EQ(bytes.size(), 5U + 16U + 1U + 2U + 3U);
    EXPECT_EQ(decode_line(bytes).value(), line);
}

TEST(StateCodecModel, RandomValuesComeBackAndDamageIsToldOrHarmless) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
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
        ASSERT_EQ(decode_line(encode(line)).value(), line);
    }
}

TEST(StateCodec, OtherVersionsStatesAndTailsAreCorrupt) {
    const Line line{
        LineState::kRetrying, Position{5}, 2, Instant{1}, Instant{0}, "no", true, 3, 400};
    for (const auto& [at, value] :
         {std::pair{0, 2}, std::pair{1, 3}, std::pair{1, 0}, std::pair{2, 2}}) {
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
