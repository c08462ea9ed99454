#include "event/stamp.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::event {
namespace {

TEST(DependsOn, TakesPairs) {
    const std::vector<Stamp> both{{"/orders", SourceNumber{3}}, {"/pay;2", SourceNumber{1}}};
    EXPECT_EQ(parse_depends_on("/orders 3 /pay;2 1").value(), both);
    EXPECT_EQ(parse_depends_on("  /orders  3   /pay;2 1 ").value(), both);
}

TEST(DependsOn, RoundTrips) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<Stamp> stamps;
        for (std::uint64_t left = random() % kStampsMax + 1; left > 0; --left) {
            stamps.push_back({"/" + sluice::test::random_word(random), SourceNumber{random() | 1}});
        }
        ASSERT_EQ(parse_depends_on(write_depends_on(stamps)).value(), stamps);
    }
}

TEST(DependsOn, SaysWhatIsWrong) {
    const std::string allowed =
        "; allowed are pairs of source and number, such as '/orders 3 /payments 1'";
    const auto error = [](std::string_view text) { return parse_depends_on(text).error().message; };
    EXPECT_EQ(error(""), "extension 'dependson': '' names nothing" + allowed);
    EXPECT_EQ(
        error("/orders"), "extension 'dependson': '/orders' has no number after '/orders'" + allowed
    );
    EXPECT_EQ(
        error("/a 1 /b x"),
        "extension 'dependson': '/a 1 /b x' has 'x' where a number from 1 on is due" + allowed
    );
    EXPECT_EQ(
        error("/a 0"),
        "extension 'dependson': '/a 0' has '0' where a number from 1 on is due" + allowed
    );
    std::string many;
    for (std::size_t at = 0; at <= kStampsMax; ++at) many += "/a 1 ";
    EXPECT_NE(error(many).find("has more than 64 pairs"), std::string::npos);
}

TEST(SourceSequence, IsANumberFromOneOn) {
    EXPECT_EQ(parse_source_sequence("42").value(), SourceNumber{42});
    const auto zero = parse_source_sequence("0");
    ASSERT_FALSE(zero.has_value());
    EXPECT_EQ(zero.error().code, ErrorCode::kInvalidEvent);
    EXPECT_EQ(
        zero.error().message,
        "extension 'sourcesequence': '0' is not a decimal number from 1 to 18446744073709551615"
    );
}

}  // namespace
}  // namespace sluice::event
