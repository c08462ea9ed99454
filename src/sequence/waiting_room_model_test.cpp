#include "base/test_seed.hpp"
#include "sequence/test_support.hpp"
#include "sequence/waiting_room.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

// The waiting room's indexes against a list that is looked through.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

using Orders = WaitingRoom::Orders;
using Random = std::mt19937_64;

constexpr std::uint64_t kNumbers = 9;

std::string some_source(Random& random) {
    return random() % 2 == 0 ? "/a" : "/b";
}

Arrival some_arrival(Random& random, std::size_t at) {
    Arrival arrival = unnumbered("/u", fmt::format("u{}", at));
    if (random() % 2 == 0) arrival = numbered(some_source(random), 1 + random() % kNumbers);
    arrival.origin.partition = PartitionId{static_cast<std::uint32_t>(random() % 2)};
    if (random() % 3 == 0) {
        arrival = with_stamp(arrival, some_source(random), 1 + random() % kNumbers);
    }
    if (random() % 3 == 0) arrival = after(arrival, random() % 2 == 0 ? "x" : "y");
    if (random() % 3 == 0) arrival = carrying(arrival, random() % 2 == 0 ? "x" : "y");
    return arrival;
}

/// The same questions, answered by looking at every event.
struct List {
    std::vector<WaitingEvent> events;  ///< by order

    template <class Says>
    [[nodiscard]] Orders where(Says says) const {
        Orders orders;
        for (const WaitingEvent& one : events) {
            if (says(one.arrival)) orders.push_back(one.order);
        }
        return orders;
    }

    [[nodiscard]] Orders numbered(const std::string& source, std::uint64_t from, std::uint64_t to)
        const {
        return where([&](const Arrival& one) {
            return one.source == source && one.number.has_value() && from <= one.number->value &&
                   one.number->value <= to;
        });
    }

    [[nodiscard]] Orders wanting(const std::string& source, std::uint64_t from, std::uint64_t to)
        const {
        return where([&](const Arrival& one) {
            const auto asks = [&](std::uint64_t number) { return from <= number && number <= to; };
            if (one.source == source && one.number.has_value() && asks(one.number->value - 1)) {
                return true;
            }
            return std::any_of(one.needs.begin(), one.needs.end(), [&](const Need& need) {
                const auto* stamp = std::get_if<NeedNumber>(&need);
                return stamp != nullptr && stamp->source == source && asks(stamp->number.value);
            });
        });
    }

    [[nodiscard]] Orders wanting(Mark mark) const {
        return where([&](const Arrival& one) {
            return std::any_of(one.needs.begin(), one.needs.end(), [&](const Need& need) {
                const auto* marks = std::get_if<NeedMark>(&need);
                return marks != nullptr && marks->any_of.front() == mark;
            });
        });
    }

    [[nodiscard]] Orders carrying(Mark mark, bool bound_only) const {
        return where([&](const Arrival& one) {
            const bool carries =
                std::find(one.marks.begin(), one.marks.end(), mark) != one.marks.end();
            return carries && (!bound_only || one.bound_by_channel());
        });
    }
};

Orders sorted(Orders orders) {
    std::sort(orders.begin(), orders.end());
    orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
    return orders;
}

void check_numbers(const WaitingRoom& room, const List& list) {
    for (const std::string source : {"/a", "/b", "/z"}) {
        for (std::uint64_t n = 0; n <= kNumbers + 1; ++n) {
            const SourceNumber number{n};
            const Orders same = list.numbered(source, n, n);
            const WaitingEvent* found = room.numbered(source, number);
            ASSERT_EQ(found == nullptr ? Orders{} : Orders{found->order}, same);
            const WaitingEvent* above = room.above(source, number);
            ASSERT_EQ(above != nullptr, !list.numbered(source, n + 1, kNumbers).empty());
            if (above != nullptr) {
                ASSERT_TRUE(list.numbered(source, n + 1, above->arrival.number->value - 1).empty());
            }
            const WaitingEvent* below = room.at_or_below(source, number);
            ASSERT_EQ(below != nullptr, !list.numbered(source, 1, n).empty());
            if (below != nullptr) {
                ASSERT_TRUE(list.numbered(source, below->arrival.number->value + 1, n).empty());
            }
            ASSERT_EQ(sorted(room.wanting(source, number, number)), list.wanting(source, n, n));
            ASSERT_EQ(
                sorted(room.wanting(source, SourceNumber{2}, number)), list.wanting(source, 2, n)
            );
            ASSERT_EQ(
                room.is_wanted(source, number), !list.wanting(source, n, kNumbers + 1).empty()
            );
        }
    }
}

void check_sums(const WaitingRoom& room, const List& list) {
    SourceLoads loads;
    std::size_t bound = 0;
    for (const WaitingEvent& one : list.events) {
        loads.add(one.arrival.source, one.arrival.size_bytes());
        bound += one.arrival.bound_by_channel() ? 1 : 0;
    }
    ASSERT_EQ(room.loads(), loads);
    ASSERT_EQ(room.has_bound(), bound > 0);
}

void check_marks_and_lanes(const WaitingRoom& room, const List& list) {
    for (const std::string type : {"x", "y", "z"}) {
        const Mark mark = mark_of(type);
        ASSERT_EQ(sorted(room.wanting(mark)), list.wanting(mark));
        for (const WaitingEvent& one : list.events) {
            Orders others = list.carrying(mark, /*bound_only=*/false);
            std::erase(others, one.order);
            ASSERT_EQ(room.carried(mark, one.order), !others.empty());
        }
        const bool contested =
            !list.wanting(mark).empty() && !list.carrying(mark, /*bound_only=*/true).empty();
        ASSERT_EQ(room.contested().contains(mark), contested);
    }
    for (const std::uint32_t partition : {0U, 1U}) {
        const Origin origin{"/u", PartitionId{partition}, Offset{}};
        const auto in_lane = [&](const Arrival& one) {
            return !one.number.has_value() && one.origin.partition == origin.partition;
        };
        const auto* lane = room.lane(origin);
        const Orders all = list.where(in_lane);
        ASSERT_EQ(lane == nullptr, all.empty());
        if (lane == nullptr) continue;
        ASSERT_EQ((Orders{lane->all.begin(), lane->all.end()}), all);
        const Orders bound =
            list.where([&](const Arrival& one) { return in_lane(one) && one.bound_by_channel(); });
        ASSERT_EQ((Orders{lane->bound.begin(), lane->bound.end()}), bound);
    }
}

TEST(WaitingRoomModel, AnswersAsAListThatIsLookedThrough) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    for (int round = 0; round < 30; ++round) {
        WaitingRoom room;
        List list;
        for (std::size_t at = 0; at < 60; ++at) {
            if (random() % 3 != 0 || list.events.empty()) {
                WaitingEvent event{some_arrival(random, at), Instant{}, at};
                if (!room.accepts(event)) continue;
                list.events.push_back(event);
                room.add(std::move(event));
            } else {
                const auto taken = list.events.begin() +
                                   static_cast<std::ptrdiff_t>(random() % list.events.size());
                ASSERT_EQ(room.take(taken->order), *taken);
                list.events.erase(taken);
            }
            ASSERT_TRUE(std::equal(room.begin(), room.end(), list.events.begin(), list.events.end())
            );
            ASSERT_NO_FATAL_FAILURE(check_sums(room, list));
            ASSERT_NO_FATAL_FAILURE(check_numbers(room, list));
            ASSERT_NO_FATAL_FAILURE(check_marks_and_lanes(room, list));
        }
        while (!room.empty()) static_cast<void>(room.take(room.begin()->order));
        ASSERT_EQ(room.bytes(), 0U);
        ASSERT_TRUE(room.loads().by_source().empty());
    }
}

}  // namespace
}  // namespace sluice::sequence
