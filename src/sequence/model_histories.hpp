#pragma once

#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sequence::test {

using Random = std::mt19937_64;

inline std::uint64_t below(Random& random, std::uint64_t limit) {
    return random() % limit;
}

inline bool one_in(Random& random, std::uint64_t chance) {
    return below(random, chance) == 0;
}

inline std::string pick(Random& random, char first, std::uint64_t count) {
    return std::string{"/"} + static_cast<char>(first + static_cast<char>(below(random, count)));
}

/// A history in the order in which it happened. `possible`: needs name only what happened before.
inline std::vector<Arrival> history(Random& random, std::size_t events, bool possible) {
    std::vector<Arrival> happened;
    std::map<std::string, std::uint64_t> count;
    std::vector<std::string> types;
    for (std::size_t at = 0; at < events; ++at) {
        Arrival event;
        if (one_in(random, 3)) {
            event = unnumbered(pick(random, 'u', 2), fmt::format("u{}", at));
            event.origin.partition = PartitionId{static_cast<std::uint32_t>(below(random, 2))};
        } else {
            const std::string source = pick(random, 'a', 3);
            event = numbered(source, ++count[source]);
        }
        if (one_in(random, 4)) {
            const std::string source = pick(random, 'a', 3);
            std::uint64_t most = possible ? count[source] : count[source] + 3;
            if (source == event.source) most = event.number->value - 1;
            if (most > 0) event = with_stamp(event, source, 1 + below(random, most));
        }
        if (one_in(random, 4)) {
            const std::string type = pick(random, 'm', 4);
            const bool known = std::find(types.begin(), types.end(), type) != types.end();
            if (!possible || known) event = after(event, type, one_in(random, 3));
        }
        if (one_in(random, 2)) {
            types.push_back(pick(random, 'm', 4));
            event = carrying(event, types.back());
        }
        if (one_in(random, 10)) event = invalid(event);
        happened.push_back(std::move(event));
    }
    return happened;
}

/// With lag per event, but never an order that a real topic would not show; some events come twice.
inline std::vector<Arrival> arrivals_of(const std::vector<Arrival>& happened, Random& random) {
    const std::uint64_t lag_max = 1 + below(random, 30);
    std::map<std::pair<std::string, PartitionId>, std::uint64_t> last;
    std::vector<std::pair<std::uint64_t, Arrival>> timed;
    for (std::size_t at = 0; at < happened.size(); ++at) {
        const Arrival& event = happened[at];
        std::uint64_t time = at + below(random, lag_max);
        if (!event.number.has_value()) {
            auto& before = last[{event.origin.channel, event.origin.partition}];
            before = std::max(before, time);
            time = before;
        }
        timed.emplace_back(time, event);
        if (one_in(random, 8)) timed.emplace_back(time + below(random, 20), event);
    }
    std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<Arrival> arrivals;
    arrivals.reserve(timed.size());
    for (auto& [time, event] : timed) arrivals.push_back(std::move(event));
    return arrivals;
}

/// The live history is the fold of the ordered records, positions have no hole, and the stored
/// state comes back equal.
class Audit {
public:
    void check(const World& world) {
        for (; seen_ < world.releases.size(); ++seen_) {
            const Record record = to_ordered(world.releases[seen_]);
            const OrderedFacts facts = facts_of(record).value();
            ASSERT_EQ(facts.position.value, seen_ + 1);
            ASSERT_TRUE(apply(fold_, facts).has_value());
        }
        ASSERT_TRUE(fold_ == world.subject.history);
        auto history_back = decode_history(encode_history(fold_));
        auto back = read_waiting(stored_waiting(world.subject), std::move(history_back).value());
        ASSERT_TRUE(back.has_value());
        ASSERT_TRUE(*back == world.subject);
        restored_ = std::move(back).value();
    }

    /// As a process that starts anew on what was stored.
    void restart(World& world) const { world.subject = restored_; }

private:
    std::size_t seen_{0};
    SubjectHistory fold_;
    Subject restored_;
};

}  // namespace sluice::sequence::test
