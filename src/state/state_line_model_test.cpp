// Random states at random positions, through the stored bytes, against a map of them.

#include "base/test_seed.hpp"
#include "state/state_line.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sluice::state {
namespace {

struct Known {
    std::optional<std::string> state;  ///< nothing: not known
    std::uint64_t missing{};
};

std::string drawn_state(std::mt19937_64& random) {
    std::string state = "{";
    for (std::uint64_t left = random() % 20; left > 0; --left)
        state += static_cast<char>('a' + random() % 3);
    return state + "}";
}

TEST(StateLineModel, EveryPositionComesBackFromItsEntries) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 300; ++round) {
        StateHead head;
        std::map<std::uint64_t, std::string, std::greater<>> stored;
        std::map<std::uint64_t, Known> expected;
        std::string last = "null";
        std::uint64_t missing = 0;
        std::uint64_t position = 0;
        for (int event = 0; event < 60; ++event) {
            const std::uint64_t step = random() % 15 == 0 ? 1 + random() % 4 : 1;
            position += step;
            missing += step - 1;
            Folded folded{std::nullopt};
            std::optional<std::string> known = last;
            if (random() % 10 == 0) {
                folded = Error{ErrorCode::kInvalidEvent, "no"};
                known.reset();
                ++missing;
            } else if (random() % 10 != 0) {
                last = drawn_state(random);
                known = last;
                folded = std::optional{last};
            }
            const Passed passed{Position{position}, Offset{event}, {}, {}, 0, false};
            stored[position] = encode_entry(advance(head, passed, std::move(folded)));
            expected[position] = {known, missing};
            if (random() % 8 == 0) {  // a restart
                std::vector<StateEntry> way;
                for (auto at = stored.begin(); way.empty() || !way.back().whole; ++at)
                    way.push_back(decode_entry(at->second).value());
                head = head_of(Position{position}, way).value();
            }
        }
        for (const auto& [at, known] : expected) {
            std::vector<StateEntry> way;
            for (auto from = stored.find(at); way.empty() || !way.back().whole; ++from)
                way.push_back(decode_entry(from->second).value());
            ASSERT_LE(way.size(), kWholeEvery);
            ASSERT_EQ(way.front().unknown.has_value(), !known.state.has_value());
            ASSERT_EQ(way.front().missing, known.missing) << at;
            if (!known.state) continue;
            ASSERT_EQ(state_behind(way).value(), *known.state) << at;
        }
    }
}

}  // namespace
}  // namespace sluice::state
