#include "runtime/dispatching/wanted.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

using project::Verdict;

/// Wants "a" and gaps, and judges as it is told.
class TellingSink final : public deliver::Sink {
public:
    [[nodiscard]] bool wants(std::string_view type) const override {
        return type == "a" || type == "sluice.gap";
    }

    [[nodiscard]] Verdict judge(const Record& /*record*/) override {
        ++asked;
        return verdict;
    }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override {
        return std::vector<dispatch::RunOutcome>(runs.size());
    }

    Verdict verdict{Verdict::kPasses};
    int asked{0};
};

class WantedTest : public testing::Test {
protected:
    bool ask(std::string_view type) {
        OrderedEvent event;
        event.type = type;
        return wanted(event, sink_, probe_);
    }

    TellingSink sink_;
    SubscriptionProbe probe_;
};

TEST_F(WantedTest, TheFilterIsAskedOfTypesThatAreWanted) {
    EXPECT_TRUE(ask("a"));
    EXPECT_FALSE(ask("b"));
    EXPECT_EQ(sink_.asked, 1);
    sink_.verdict = Verdict::kFiltered;
    EXPECT_FALSE(ask("a"));
    EXPECT_EQ(probe_.unjudged, 0U);
}

TEST_F(WantedTest, WhatCannotBeJudgedIsCountedAndDoesNotPass) {
    sink_.verdict = Verdict::kUnjudged;
    EXPECT_FALSE(ask("a"));
    EXPECT_FALSE(ask("a"));
    EXPECT_EQ(probe_.unjudged, 2U);
}

TEST_F(WantedTest, AGapPassesEveryFilter) {
    sink_.verdict = Verdict::kFiltered;
    EXPECT_TRUE(ask("sluice.gap"));
    EXPECT_EQ(sink_.asked, 0);
}

TEST(SinkJudge, ASinkWithoutAFilterLetsEverythingPass) {
    class Plain final : public deliver::Sink {
    public:
        [[nodiscard]] bool wants(std::string_view /*type*/) const override { return true; }

        [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(
            std::span<const deliver::RunWork> runs
        ) override {
            return std::vector<dispatch::RunOutcome>(runs.size());
        }
    };

    EXPECT_EQ(Plain{}.judge(Record{}), Verdict::kPasses);
}

}  // namespace
}  // namespace sluice::runtime
