#include "sequence/dependencies.hpp"

#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

/// Puts an event into the room, whatever it waits for; answers its order.
ArrivalOrder wait(Subject& subject, Arrival arrival) {
    const ArrivalOrder order = subject.arrivals++;
    subject.waiting.add(WaitingEvent{std::move(arrival), Instant{}, order});
    return order;
}

/// After /a 1 to 3 and a released `placed`.
Subject begun() {
    World world;
    world.come(numbers("/a", 1, 3));
    world.come({carrying(unnumbered("/r", "p"), "placed")});
    return world.subject;
}

bool is_ready(Subject subject, Arrival arrival) {
    const ArrivalOrder order = wait(subject, std::move(arrival));
    return ready(subject, *subject.waiting.find(order));
}

std::vector<std::string> missing(const Subject& subject, ArrivalOrder order) {
    std::vector<std::string> lines;
    for (const Need& need : missing_of(subject, *subject.waiting.find(order))) {
        const auto* number = std::get_if<NeedNumber>(&need);
        lines.push_back(
            number == nullptr ? std::get<NeedMark>(need).wanted
                              : fmt::format("{} {}", number->source, number->number.value)
        );
    }
    return lines;
}

std::vector<ArrivalOrder> sorted(const std::unordered_set<ArrivalOrder>& orders) {
    std::vector<ArrivalOrder> list{orders.begin(), orders.end()};
    std::sort(list.begin(), list.end());
    return list;
}

TEST(Ready, ByItsOwnNumberAndEachOfItsNeeds) {
    struct Row {
        std::string what;
        Arrival arrival;
        bool ready{};
    };

    const std::vector<Row> rows{
        {"next number", numbered("/a", 4), true},
        {"number after next", numbered("/a", 5), false},
        {"number that has been", numbered("/a", 3), false},
        {"first of a source", numbered("/b", 1), true},
        {"second of a source", numbered("/b", 2), false},
        {"stamp that is met", with_stamp(numbered("/b", 1), "/a", 3), true},
        {"stamp one further", with_stamp(numbered("/b", 1), "/a", 4), false},
        {"stamp on an unknown source", with_stamp(numbered("/b", 1), "/z", 1), false},
        {"one of two stamps", with_stamp(with_stamp(numbered("/b", 1), "/a", 1), "/z", 1), false},
        {"rule that is met", after(unnumbered("/u", "u"), "placed"), true},
        {"rule that is not", after(unnumbered("/u", "u"), "paid"), false},
        {"rule, if seen, not seen", after(unnumbered("/u", "u"), "paid", true), true},
        {"rule and number", after(numbered("/a", 5), "placed"), false},
        {"nothing at all", unnumbered("/u", "u"), true},
    };
    for (const Row& row : rows) EXPECT_EQ(is_ready(begun(), row.arrival), row.ready) << row.what;
}

TEST(Ready, IfSeenIsNotMetByTheEventItself) {
    EXPECT_TRUE(is_ready(begun(), after(carrying(unnumbered("/u", "u"), "paid"), "paid", true)));
    Subject subject = begun();
    wait(subject, carrying(numbered("/z", 2), "paid"));
    EXPECT_FALSE(is_ready(subject, after(unnumbered("/u", "u"), "paid", true)));
}

TEST(Ready, AnEmptyListOfMarksAsksForNothing) {
    Arrival arrival = unnumbered("/u", "u");
    arrival.needs.emplace_back(NeedMark{{}, "nothing", false});
    EXPECT_TRUE(is_ready(Subject{}, arrival));
}

TEST(Ready, ChannelHoldsBackWhatNothingElseOrders) {
    Subject subject;
    wait(subject, with_stamp(unnumbered("/c", "first"), "/a", 1));
    EXPECT_FALSE(is_ready(subject, unnumbered("/c", "bound")));
    EXPECT_TRUE(is_ready(subject, after(unnumbered("/c", "ruled"), "x", true)));
    EXPECT_TRUE(is_ready(subject, numbered("/c", 1))) << "its number orders it";
    Arrival elsewhere = unnumbered("/c", "elsewhere");
    elsewhere.origin.partition = PartitionId{1};
    EXPECT_TRUE(is_ready(subject, elsewhere));
}

TEST(MissingOf, NamesTheFirstNumberThatNothingHereCanFill) {
    Subject subject = begun();
    const ArrivalOrder far = wait(subject, numbered("/a", 9));
    EXPECT_EQ(missing(subject, far), Names{"/a 4"});
    wait(subject, numbered("/a", 6));
    EXPECT_EQ(missing(subject, far), Names{"/a 7"}) << "6 asks for the ones before it";
    wait(subject, numbered("/a", 8));
    EXPECT_EQ(missing(subject, far), Names{}) << "its predecessor is here, and asks for itself";
}

TEST(MissingOf, AsksForEachThingThatIsNotHere) {
    Subject subject = begun();
    const ArrivalOrder asker =
        wait(subject, after(with_stamp(with_stamp(numbered("/b", 2), "/a", 3), "/z", 7), "paid"));
    EXPECT_EQ(missing(subject, asker), (Names{"/b 1", "/z 1", "paid"}));
    wait(subject, carrying(numbered("/z", 7), "paid"));
    EXPECT_EQ(missing(subject, asker), Names{"/b 1"}) << "what waits is here";
}

TEST(MissingOf, WhoCarriesWhatItWantsWaitsForItself) {
    Subject subject;
    const ArrivalOrder asker = wait(subject, after(carrying(unnumbered("/u", "u"), "x"), "x"));
    EXPECT_EQ(missing(subject, asker), Names{}) << "a circle of one: nothing is missing";
    EXPECT_FALSE(ready(subject, *subject.waiting.find(asker)));
}

TEST(Fills, NumberOrMark) {
    const Need number = NeedNumber{"/a", SourceNumber{4}};
    EXPECT_TRUE(fills(numbered("/a", 4), number));
    EXPECT_FALSE(fills(numbered("/a", 5), number));
    EXPECT_FALSE(fills(numbered("/b", 4), number));
    EXPECT_FALSE(fills(unnumbered("/a", "u"), number));
    const Need mark = NeedMark{{mark_of("x"), mark_of("y")}, "x or y", false};
    EXPECT_TRUE(fills(carrying(numbered("/b", 1), "y"), mark));
    EXPECT_FALSE(fills(numbered("/b", 1), mark));
}

TEST(CanBeGivenUp, MarksAlwaysNumbersWhenTheyAreNext) {
    const Subject subject = begun();
    EXPECT_TRUE(can_be_given_up(subject, NeedMark{{mark_of("x")}, "x", false}));
    EXPECT_TRUE(can_be_given_up(subject, NeedNumber{"/a", SourceNumber{4}}));
    EXPECT_FALSE(can_be_given_up(subject, NeedNumber{"/a", SourceNumber{5}}));
    EXPECT_TRUE(can_be_given_up(subject, NeedNumber{"/z", SourceNumber{1}}));
}

TEST(Dependents, AreFoundThroughNumbersStampsMarksAndChannels) {
    Subject subject;
    const auto root = wait(subject, numbered("/a", 2));
    const auto next = wait(subject, numbered("/a", 5));  // behind a hole, and so behind the root
    const auto stamped = wait(subject, carrying(with_stamp(unnumbered("/c", "s"), "/a", 4), "m"));
    const auto ruled = wait(subject, after(numbered("/r", 1), "m"));
    const auto behind = wait(subject, unnumbered("/c", "t"));
    const auto free = wait(subject, unnumbered("/d", "free"));
    EXPECT_EQ(
        sorted(with_dependents(subject, {root})),
        (std::vector<ArrivalOrder>{root, next, stamped, ruled, behind})
    );
    EXPECT_EQ(sorted(with_dependents(subject, {ruled})), std::vector<ArrivalOrder>{ruled});
    EXPECT_TRUE(has_dependents(subject, *subject.waiting.find(stamped)));
    EXPECT_FALSE(has_dependents(subject, *subject.waiting.find(free)));
    EXPECT_TRUE(with_dependents(subject, {}).empty());
}

TEST(Dependents, NobodyWaitsForAMarkThatIsKnown) {
    Subject subject = begun();
    const auto again = wait(subject, carrying(numbered("/z", 2), "placed"));
    wait(subject, with_stamp(after(unnumbered("/u", "u"), "placed"), "/y", 1));
    EXPECT_FALSE(has_dependents(subject, *subject.waiting.find(again)));
}

TEST(MayOvertake, OnlyWhatAllBeforeItWaitFor) {
    Subject subject;
    wait(subject, after(unnumbered("/c", "x"), "y"));
    const auto y = wait(subject, carrying(unnumbered("/c", "y"), "y"));
    EXPECT_EQ(may_overtake(subject), WaitingRoom::Orders{y});
    EXPECT_TRUE(ready(subject, *subject.waiting.find(y)));

    Subject barred;
    wait(barred, with_stamp(unnumbered("/c", "other"), "/a", 1));
    wait(barred, after(unnumbered("/c", "x"), "y"));
    const auto later = wait(barred, carrying(unnumbered("/c", "y"), "y"));
    EXPECT_FALSE(ready(barred, *barred.waiting.find(later))) << "other does not wait for it";
}

}  // namespace
}  // namespace sluice::sequence
