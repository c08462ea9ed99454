// An edited copy in the place of an event that waits: what becomes of both, and what is refused.

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

SequencerOptions waiting_when_invalid() {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    return options;
}

/// /a 1 breaks its contract and stands; /a 2 waits behind it.
World standing() {
    World world{waiting_when_invalid()};
    world.come({invalid(numbered("/a", 1)), numbered("/a", 2)});
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    return world;
}

Arrival mended(std::uint64_t number) {
    Arrival copy = changed(numbered("/a", number));
    copy.record.value = "value of mended";
    copy.origin = Origin{"elsewhere", PartitionId{9}, Offset{9}};
    return copy;
}

TEST(Repair, KeepsTheOriginAndTheHashOfWhatItReplaces) {
    World world{waiting_when_invalid()};
    world.come({numbered("/a", 2)});
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), mended(2)})), "");
    ASSERT_EQ(world.subject.waiting.size(), 1U);
    const Arrival& waits = world.subject.waiting.begin()->arrival;
    EXPECT_EQ(waits.origin, numbered("/a", 2).origin);
    EXPECT_EQ(waits.content_hash, numbered("/a", 2).content_hash);
    EXPECT_EQ(waits.record.value, "value of mended");
    EXPECT_EQ(world.aside_ids, Names{"/a-2"});
}

TEST(Repair, IsRefusedOfAnotherSourceIdOrNumber) {
    const std::string why = "the copy has another source, id or number than /a id /a-1";
    Arrival source = mended(1);
    source.source = "/b";
    Arrival id = mended(1);
    id.id = "another";
    Arrival number = mended(1);
    number.number = SourceNumber{2};
    Arrival none = mended(1);
    none.number.reset();
    for (const Arrival& copy : {source, id, number, none}) {
        World world = standing();
        const Subject before = world.subject;
        EXPECT_EQ(refusal(world.choose(Repair{ref_of(invalid(numbered("/a", 1))), copy})), why);
        EXPECT_EQ(world.subject, before);
        EXPECT_TRUE(world.aside.empty());
    }
}

TEST(Repair, OfOneThatIsReleasedOrNeverCameIsRefused) {
    World world;
    world.come({numbered("/a", 1)});
    for (const std::uint64_t number : {1U, 2U}) {
        EXPECT_EQ(
            refusal(world.choose(Repair{ref_of(numbered("/a", number)), mended(number)})),
            fmt::format("/a id /a-{} does not wait (any more)", number)
        );
    }
    EXPECT_EQ(world.order, Names{"/a-1"});
}

TEST(Repair, WhileAConflictStandsIsRefused) {
    World world;
    world.come({numbered("/a", 1), changed(numbered("/a", 1)), numbered("/a", 2)});
    const std::string why = refusal(world.choose(Repair{ref_of(numbered("/a", 2)), mended(2)}));
    EXPECT_TRUE(why.starts_with("the subject stands: ")) << why;
    EXPECT_EQ(world.subject.waiting.size(), 1U);
}

TEST(Repair, WithACopyThatIsInvalidAsWellStandsOn) {
    World world = standing();
    Arrival worse = mended(1);
    worse.invalid = "field `amount` is no number";
    static_cast<void>(world.choose(Repair{ref_of(numbered("/a", 1)), worse}));
    EXPECT_TRUE(world.order.empty()) << "nothing is released that breaks its contract";
    EXPECT_EQ(world.subject.waiting.size(), 2U);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 1)), mended(1)})), "");
    EXPECT_EQ(world.order, (Names{"mended", "/a-2"}));
}

TEST(Repair, TwiceIsTheLastOfThem) {
    World world;
    world.come({numbered("/a", 2)});
    Arrival last = mended(2);
    last.record.value = "value of last";
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), mended(2)})), "");
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), last})), "");
    world.come({numbered("/a", 1)});
    EXPECT_EQ(world.order, (Names{"/a-1", "last"}));
    EXPECT_EQ(world.aside, (std::vector{AsideReason::kRepaired, AsideReason::kRepaired}));
}

TEST(Repair, ACopyThatNeedsLessGoesAtOnce) {
    World world;
    world.come({with_stamp(numbered("/a", 1), "/b", 1)});
    ASSERT_TRUE(world.order.empty());
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 1)), mended(1)})), "");
    EXPECT_EQ(world.order, Names{"mended"});
    EXPECT_TRUE(world.subject.settled());
}

TEST(Repair, ItsOriginalThatComesAgainIsADuplicateAndOtherContentAConflict) {
    World world;
    world.come({numbered("/a", 2)});
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), mended(2)})), "");
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 2))));
    EXPECT_EQ(world.conflicts, 0U);
    static_cast<void>(world.offer(changed(numbered("/a", 2))));
    EXPECT_EQ(world.conflicts, 1U);
}

TEST(Repair, SurvivesWhatIsStored) {
    World world;
    world.come({numbered("/a", 2)});
    ASSERT_EQ(refusal(world.choose(Repair{ref_of(numbered("/a", 2)), mended(2)})), "");
    const auto read = read_waiting(stored_waiting(world.subject), world.subject.history);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read.value(), world.subject);
}

}  // namespace
}  // namespace sluice::sequence
