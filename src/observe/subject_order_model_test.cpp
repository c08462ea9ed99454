#include "base/test_seed.hpp"
#include "observe/subject_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace sluice::observe {
namespace {

using Pairs =
    std::set<std::pair<std::uint16_t, std::size_t>>;  // topic in front, event met too early

struct World {
    std::vector<Glimpse> events;
    std::vector<Extra> extras;
    std::vector<Milliseconds> lags;
};

/// Each event once; partitions in the order of their times, as OrderCount hands them on.
World any_world(std::mt19937_64& random) {
    World world;
    for (int channel = 0; channel < 3; ++channel)
        world.lags.push_back(Milliseconds{random() % 2 * (random() % 30)});
    std::vector<std::uint64_t> next(2, 1 + random() % 2);
    const std::size_t count = random() % 9;
    for (std::size_t at = 0; at < count; ++at) {
        Glimpse glimpse;
        glimpse.at = Instant{static_cast<std::int64_t>(random() % 40)};
        glimpse.channel = static_cast<std::uint16_t>(random() % 3);
        glimpse.partition = static_cast<std::uint16_t>(random() % 2);
        glimpse.source = static_cast<std::uint32_t>(random() % 2);
        glimpse.numbered = random() % 4 != 0;
        glimpse.key = glimpse.numbered ? next[glimpse.source]++ : 1'000 + at;
        if (random() % 2 == 0) {
            Extra extra;
            if (random() % 3 == 0) extra.stamps.push_back({1 - glimpse.source, 1 + random() % 3});
            if (random() % 3 == 0)
                extra.needs.push_back({{random() % 4, random() % 4}, "", random() % 2 == 0});
            if (random() % 2 == 0) extra.marks.push_back(random() % 4);
            glimpse.extra = static_cast<std::uint32_t>(world.extras.size());
            world.extras.push_back(std::move(extra));
        }
        world.events.push_back(glimpse);
    }
    std::shuffle(world.events.begin(), world.events.end(), random);
    std::stable_sort(
        world.events.begin(),
        world.events.end(),
        [](const Glimpse& a, const Glimpse& b) { return a.at < b.at; }
    );
    return world;
}

class SubjectReference {
public:
    explicit SubjectReference(const World& world) : world_{world} {}

    [[nodiscard]] Pairs wrong() const {
        Pairs pairs;
        for (std::size_t then = 0; then < world_.events.size(); ++then) {
            for (const std::size_t first : in_front_of(then)) {
                if (before(then, first)) pairs.emplace(world_.events[first].channel, then);
            }
        }
        return pairs;
    }

private:
    [[nodiscard]] std::vector<std::size_t> in_front_of(std::size_t then) const {
        const Glimpse& event = world_.events[then];
        std::vector<std::size_t> all;
        for (std::size_t one = 0; one < world_.events.size(); ++one) {
            const Glimpse& other = world_.events[one];
            if (event.numbered && other.numbered && other.source == event.source &&
                other.key < event.key) {
                all.push_back(one);
            }
            if (event.extra == Glimpse::kNone || !other.numbered) continue;
            for (const Extra::Stamp& stamp : world_.extras[event.extra].stamps) {
                if (stamp.source == other.source && stamp.number == other.key) all.push_back(one);
            }
        }
        if (event.extra == Glimpse::kNone) return all;
        for (const auto& need : world_.extras[event.extra].needs) {
            if (const auto first = first_of(need)) all.push_back(*first);
        }
        return all;
    }

    [[nodiscard]] std::optional<std::size_t> first_of(const sequence::NeedMark& need) const {
        std::optional<std::size_t> first;
        for (const sequence::Mark mark : need.any_of) {
            std::optional<std::size_t> of_mark;
            for (const std::size_t one : by_identity()) {
                const std::uint32_t extra = world_.events[one].extra;
                if (extra == Glimpse::kNone) continue;
                const auto& marks = world_.extras[extra].marks;
                if (std::find(marks.begin(), marks.end(), mark) == marks.end()) continue;
                if (!of_mark || before(one, *of_mark)) of_mark = one;
            }
            if (of_mark && (!first || before(*of_mark, *first))) first = of_mark;
        }
        return first;
    }

    /// Among events that nobody can put in order, the one that is named first counts.
    [[nodiscard]] std::vector<std::size_t> by_identity() const {
        std::vector<std::size_t> all(world_.events.size());
        for (std::size_t one = 0; one < all.size(); ++one) all[one] = one;
        const auto& events = world_.events;
        std::sort(all.begin(), all.end(), [&](std::size_t a, std::size_t b) {
            return std::tuple{events[a].source, events[a].numbered, events[a].key} <
                   std::tuple{events[b].source, events[b].numbered, events[b].key};
        });
        return all;
    }

    [[nodiscard]] bool before(std::size_t a, std::size_t b) const {
        const Glimpse& one = world_.events[a];
        const Glimpse& other = world_.events[b];
        if (one.channel == other.channel && one.partition == other.partition) return a < b;
        return one.at + world_.lags[one.channel] < other.at + world_.lags[other.channel];
    }

    const World& world_;
};

// Against the definition, written down pair by pair.
TEST(SubjectOrderModel, FindsWhatTheDefinitionSays) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::size_t wrong = 0;
    for (int round = 0; round < 20'000; ++round) {
        const World world = any_world(random);
        const SubjectOrder order = order_of(world.events, world.extras, world.lags);
        Pairs found;
        for (const Inversion& one : order.inversions) {
            found.emplace(world.events[one.first].channel, one.then);
            ASSERT_GE(one.early, Milliseconds{0});
        }
        ASSERT_EQ(found, SubjectReference{world}.wrong()) << "round " << round;
        wrong += found.size();
    }
    EXPECT_GT(wrong, 1'000U);
}

}  // namespace
}  // namespace sluice::observe
