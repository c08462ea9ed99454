#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

std::vector<Missing> missing_in(const World& world) {
    return world.sequencer.missing(world.subject);
}

TEST(Missing, NamesEachThingOnceWithAllThatWaitForIt) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 2)));
    static_cast<void>(world.offer(numbered("/a", 3)));
    static_cast<void>(world.offer(numbered("/a", 7)));
    static_cast<void>(world.offer(with_stamp(numbered("/b", 1), "/a", 3)));
    static_cast<void>(world.offer(after(unnumbered("/r", "x"), "order.placed")));
    EXPECT_EQ(
        missing_in(world),
        (std::vector<Missing>{
            {"/a 1", 4, false}, {"/a 4 to 6", 1, false}, {"order.placed", 1, false}})
    );
}

TEST(Missing, NothingWaitsNothingIsMissing) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 1)));
    EXPECT_TRUE(missing_in(world).empty());
}

TEST(Missing, WhatAHoldKeepsBackIsNoCircle) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 1)));
    static_cast<void>(world.offer(changed(numbered("/a", 1))));
    static_cast<void>(world.offer(numbered("/a", 2)));
    ASSERT_EQ(world.subject.waiting.size(), 1U);
    EXPECT_TRUE(missing_in(world).empty());
}

TEST(Missing, CircleShowsEvenWhereItsEventsAlsoWaitForSomethingMissing) {
    World world;
    static_cast<void>(world.offer(with_stamp(numbered("/a", 1), "/b", 1)));
    static_cast<void>(world.offer(after(with_stamp(numbered("/b", 1), "/a", 1), "never")));
    ASSERT_EQ(missing_in(world).size(), 2U);
    EXPECT_TRUE(missing_in(world)[0].cycle);
    EXPECT_EQ(missing_in(world)[1], (Missing{"never", 2, false}));
}

TEST(Missing, AnswersABoundedNumberOfLines) {
    World world;
    for (int n = 0; n < 100; ++n) {
        static_cast<void>(
            world.offer(after(unnumbered("/r", fmt::format("r{}", n)), fmt::format("t{}", n)))
        );
    }
    EXPECT_EQ(missing_in(world).size(), kMissingMax);
}

TEST(Missing, AskingChangesNothing) {
    World world;
    static_cast<void>(world.offer(numbered("/a", 3)));
    const Subject before = world.subject;
    static_cast<void>(missing_in(world));
    EXPECT_EQ(world.subject, before);
}

}  // namespace
}  // namespace sluice::sequence
