#include "lag/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sluice::lag {
namespace {

struct Case {
    Standing standing;
    Verdict worst{};
    Verdict expected{};
};

TEST(LagVerdict, TheWorstThatIsTrueIsTold) {
    const Case cases[] = {
        {{0, 0, 0}, Verdict::kOk, Verdict::kOk},
        {{9, 0, 0}, Verdict::kOk, Verdict::kOk},
        {{0, 0, 1}, Verdict::kOk, Verdict::kWaiting},
        {{0, 1, 0}, Verdict::kOk, Verdict::kParked},
        {{0, 1, 1}, Verdict::kOk, Verdict::kParked},
        {{9, 0, 1}, Verdict::kSlow, Verdict::kSlow},
        {{9, 1, 0}, Verdict::kSlow, Verdict::kParked},
        {{9, 1, 1}, Verdict::kStalled, Verdict::kStalled},
        {{9, 1, 1}, Verdict::kRewound, Verdict::kRewound},
        {{1, 1, 1}, Verdict::kStopped, Verdict::kStopped},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(verdict_of(one.worst, one.standing), one.expected)
            << to_string(one.worst) << " lag " << one.standing.lag << " parked "
            << one.standing.parked << " waiting " << one.standing.waiting;
    }
}

TEST(LagVerdict, WithNothingLeftNoWindowSpeaksAgainstIt) {
    for (const Verdict worst : kVerdicts) {
        EXPECT_EQ(verdict_of(worst, {0, 0, 0}), Verdict::kOk) << to_string(worst);
        EXPECT_EQ(verdict_of(worst, {0, 0, 3}), Verdict::kWaiting) << to_string(worst);
    }
}

TEST(LagVerdict, EveryVerdictIsListedOnceAndShownByAWordOfItsOwn) {
    EXPECT_TRUE(std::is_sorted(kVerdicts.begin(), kVerdicts.end()));
    std::string words;
    for (const Verdict one : kVerdicts) words += std::string{to_string(one)} + " ";
    EXPECT_EQ(words, "ok waiting slow parked stalled rewound stopped ");
}

}  // namespace
}  // namespace sluice::lag
