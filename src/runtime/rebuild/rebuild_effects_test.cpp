#include "base/test_seed.hpp"
#include "runtime/rebuild/rebuild_fixture.hpp"

#include <random>

namespace sluice::test {
namespace {

using Verb = RebuildWish::Verb;
using State = RebuildOutcome::State;

/// Side effects: the live one's, each once, whatever is rebuilt and switched meanwhile.
class RebuildEffectsTest : public RebuildTest {
protected:
    RebuildEffectsTest() {
        takings_.letters = &letters_;
        takings_.forgiving = &forgiving_;
    }

    Letters letters_;
    std::atomic<bool> forgiving_{false};
};

TEST_F(RebuildEffectsTest, ARebuildIsMuteUntilItIsLiveAndTheOldOneFromThen) {
    open();
    publish({paid("a", 1, 5, "2024-01-01"), paid("b", 1, 5, "2024-01-01")});
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b").state, State::kDone);
    wait_for_phase("b", "ready");
    settle();
    const std::map<std::string, int> two{{"a.1", 1}, {"b.1", 1}};
    EXPECT_EQ(letters_.all(), two) << "what is rebuilt sets nothing off";
    ASSERT_EQ(ask(Verb::kSwitch, "b").state, State::kDone);
    EXPECT_EQ(letters_.all(), two);
    publish({paid("a", 2, 5, "2024-01-02")});
    settle();
    EXPECT_EQ(letters_.all().at("a.2"), 1) << "one of the two acts";
    ASSERT_EQ(ask(Verb::kSwitch, "takings").state, State::kDone);
    restart();
    publish({paid("b", 2, 5, "2024-01-02")});
    settle();
    EXPECT_EQ(letters_.all().at("b.2"), 1);
}

/// History H4: subject a is parked in the live one and not in the rebuild: what follows in it has
/// been handled mutely there, and would be set off by nobody.
TEST_F(RebuildEffectsTest, WhatOnlyTheLiveOneHasParkedForbidsTheSwitch) {
    open();
    publish({paid("a", 1, -1, "2024-01-01"), paid("a", 2, 5, "2024-01-01")});
    settle();
    forgiving_ = true;
    ASSERT_EQ(ask(Verb::kBegin, "b").state, State::kDone);
    wait_for_phase("b", "ready");
    settle();
    const auto switched = ask(Verb::kSwitch, "b");
    EXPECT_EQ(switched.state, State::kRefused);
    EXPECT_EQ(
        switched.text,
        "b is ahead of takings on a: what they set off would never be done. Redrive or skip them "
        "in "
        "takings first"
    );
    EXPECT_TRUE(letters_.all().empty());
}

/// Random payments, rebuilds, switches, cancellations and restarts, while events are published:
/// each event has set off one letter, and every read model that is fed has the same rows.
TEST_F(RebuildEffectsTest, EachLetterOnceWhateverIsSwitched) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    open();
    std::map<std::string, int> published;
    std::map<std::string, int> wanted;
    int names = 0;
    const auto pay = [&](int events) {
        std::vector<Event> batch;
        for (int i = 0; i < events; ++i) {
            const std::string till = fmt::format("t{}", random() % 7);
            const int number = ++published[till];
            batch.push_back(paid(till, number, static_cast<int>(random() % 90), "2024-01-01"));
            wanted[batch.back().id] = 1;
        }
        publish(batch);
    };
    for (int step = 0; step < 25; ++step) {
        pay(static_cast<int>(random() % 20) + 1);
        const auto all = models().all().value();
        const ReadModel& some = all[random() % all.size()];
        switch (random() % 5) {
            case 0:
            case 1: static_cast<void>(ask(Verb::kBegin, fmt::format("g{}", ++names))); break;
            case 2: static_cast<void>(ask(Verb::kCancel, some.name)); break;
            case 3: {
                const auto outcome = ask(Verb::kSwitch, some.name);
                const std::string live = model(some.name).phase;
                ASSERT_EQ(outcome.state == State::kDone || some.phase == "live", live == "live");
                break;
            }
            default: restart();
        }
    }
    settle();
    EXPECT_EQ(letters_.all(), wanted);
    for (const ReadModel& one : models().all().value()) {
        if (one.phase == "dropped") continue;
        EXPECT_EQ(rows_of(one.file), live_rows()) << one.name;
    }
}

}  // namespace
}  // namespace sluice::test
