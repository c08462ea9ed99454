#include "twophase/decision.hpp"

#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::twophase {
namespace {

using std::string_literals::operator""s;

const Decision kDecision{{3, 300}, {{"a", false}, {"bc", true}}};

TEST(TwoPhaseDecision, ItsBytesAreThoseOfTheDrawing) {
    EXPECT_EQ(encode(kDecision), "\x01\x03\xAC\x02\x02\x01"s + "a\x00\x02"s + "bc\x01"s);
    EXPECT_EQ(decode_decision(encode(kDecision)).value(), kDecision);
}

TEST(TwoPhaseDecision, RefusesWhatWasNotWritten) {
    const std::string bytes = encode(kDecision);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode_decision(bytes.substr(0, size)).error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(decode_decision(bytes + "x").has_value());
    EXPECT_FALSE(decode_decision("\x02"s + bytes.substr(1)).has_value());
    EXPECT_EQ(
        decode_decision("\x01\x03\x01\x00"s).error().message,
        "decision: 0 branches; it is damaged or of another version"
    );
    EXPECT_FALSE(decode_decision("\x01\x03\x01\x11"s).has_value()) << "17 branches";
    EXPECT_EQ(
        decode_decision("\x01\x03\x01\x01\x00\x02"s).error().message,
        "decision: no such mark as 2; it is damaged or of another version"
    );
}

TEST(TwoPhaseDecision, DamageIsAnErrorAndNeverACrash) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 10'000; ++round) {
        using std::string_view_literals::operator""sv;
        const auto read =
            decode_decision(sluice::test::mutated(random, encode(kDecision), "\0\1\2\x80"sv));
        if (!read) {
            ASSERT_EQ(read.error().code, ErrorCode::kCorrupt);
            continue;
        }
        ASSERT_EQ(decode_decision(encode(*read)).value(), *read);
    }
}

}  // namespace
}  // namespace sluice::twophase
