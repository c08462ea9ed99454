#include "state/state_line.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace sluice::state {
namespace {

class StateLine : public testing::Test {
protected:
    StateEntry pass(std::uint64_t position, Folded folded) {
        return pass_at(position, Instant{1'000}, Instant{2'000}, std::move(folded));
    }

    StateEntry pass_at(std::uint64_t position, Instant happened, Instant released, Folded folded) {
        const Passed event{
            Position{position},
            Offset{static_cast<std::int64_t>(position) + 100},
            happened,
            released,
            position,
            false};
        entries_.insert(entries_.begin(), advance(head_, event, std::move(folded)));
        return entries_.front();
    }

    static Folded to(std::string state) { return std::optional{std::move(state)}; }

    static Folded nothing() { return std::optional<std::string>{}; }

    static Folded failed() { return Error{ErrorCode::kInvalidEvent, "reducer: no line 3"}; }

    StateHead head_;
    std::vector<StateEntry> entries_;  ///< the newest first
};

TEST_F(StateLine, TheFirstIsWholeAndOthersAreWhatChanged) {
    const StateEntry first = pass(1, to(R"({"lines":[1,2,3],"paid":110.52})"));
    EXPECT_TRUE(first.whole);
    EXPECT_EQ(first.offset, Offset{101});
    EXPECT_EQ(first.missing, 0U);
    const StateEntry second = pass(2, to(R"({"lines":[1,2,3],"paid":103.68})"));
    EXPECT_FALSE(second.whole);
    EXPECT_LT(second.body.size(), 12U);
    EXPECT_EQ(head_.state, R"({"lines":[1,2,3],"paid":103.68})");
    EXPECT_EQ(state_behind(entries_).value(), head_.state);
}

TEST_F(StateLine, WhatChangesNothingIsAlmostNothing) {
    pass(1, to(R"({"a":1})"));
    const StateEntry gap = pass(2, nothing());
    EXPECT_FALSE(gap.whole);
    EXPECT_EQ(gap.body.size(), 3U);
    EXPECT_EQ(head_.state, R"({"a":1})");
}

TEST_F(StateLine, BeforeAnythingWasFoldedItIsNull) {
    pass(1, nothing());
    EXPECT_EQ(state_behind(entries_).value(), "null");
}

TEST_F(StateLine, EverySixteenthIsWhole) {
    const std::string start(1'000, 'x');
    for (std::uint64_t position = 1; position <= 33; ++position) {
        const StateEntry entry = pass(position, to(start + std::to_string(position)));
        EXPECT_EQ(entry.whole, position % kWholeEvery == 1) << position;
    }
}

TEST_F(StateLine, WhatIsNotKnownIsMissingInThoseThatFollow) {
    pass(1, to(R"({"a":1})"));
    const StateEntry bad = pass(2, failed());
    EXPECT_EQ(bad.unknown, "reducer: no line 3");
    EXPECT_EQ(bad.missing, 1U);
    EXPECT_EQ(bad.missing_last, Position{2});
    const StateEntry next = pass(3, to(R"({"a":1,"b":2})"));
    EXPECT_FALSE(next.unknown);
    EXPECT_EQ(next.missing, 1U);
    EXPECT_EQ(next.missing_last, Position{2});
    EXPECT_EQ(state_behind(entries_).value(), R"({"a":1,"b":2})");
}

TEST_F(StateLine, TheFirstMayBeTheOneThatIsNotKnown) {
    const StateEntry bad = pass(1, failed());
    EXPECT_TRUE(bad.whole);
    EXPECT_EQ(bad.body, "null");
    EXPECT_TRUE(bad.unknown);
    pass(2, to("5"));
    EXPECT_EQ(state_behind(entries_).value(), "5");
}

TEST_F(StateLine, HolesAreMissing) {
    const StateEntry late = pass(5, to("1"));
    EXPECT_EQ(late.missing, 4U);
    EXPECT_EQ(late.missing_last, Position{4});
    const StateEntry after = pass(8, failed());
    EXPECT_EQ(after.missing, 7U);
    EXPECT_EQ(after.missing_last, Position{8});
}

TEST_F(StateLine, AStateThatIsTooLargeIsNotKnown) {
    pass(1, to("1"));
    const StateEntry large = pass(2, to(std::string(kStateBytesMax + 1, '1')));
    EXPECT_EQ(large.unknown, "a state of 1048577 bytes; at most 1048576 are kept");
    EXPECT_EQ(head_.state, "1");
    EXPECT_FALSE(pass(3, to(std::string(kStateBytesMax, '1'))).unknown);
}

TEST_F(StateLine, TimesNeverGoBackNorBeyondTheRelease) {
    EXPECT_EQ(pass_at(1, Instant{500}, Instant{600}, to("1")).time, Instant{500});
    EXPECT_EQ(pass_at(2, Instant{400}, Instant{700}, to("2")).time, Instant{500});
    EXPECT_EQ(pass_at(3, Instant{9'999'999}, Instant{800}, to("3")).time, Instant{800});
    EXPECT_EQ(pass_at(4, Instant{900}, Instant{1'000}, to("4")).time, Instant{900});
}

TEST_F(StateLine, TheFirstMayHaveHappenedBefore1970) {
    EXPECT_EQ(pass_at(1, Instant{-5}, Instant{600}, to("1")).time, Instant{-5});
}

TEST_F(StateLine, AHeadComesBackFromItsEntries) {
    for (std::uint64_t position = 1; position <= 20; ++position) {
        pass(position, position % 5 == 0 ? failed() : to("state " + std::to_string(position)));
        std::size_t size = 1;
        while (!entries_[size - 1].whole) ++size;
        const auto head = head_of(Position{position}, std::span{entries_}.first(size));
        ASSERT_TRUE(head);
        EXPECT_EQ(head.value(), head_) << position;
    }
}

}  // namespace
}  // namespace sluice::state
