#include "runtime/rebuild/rebuild_fixture.hpp"

namespace sluice::test {
namespace {

using Verb = RebuildWish::Verb;
using State = RebuildOutcome::State;

std::vector<Event> some_payments(int tills, int each) {
    std::vector<Event> events;
    for (int number = 1; number <= each; ++number) {
        for (int till = 0; till < tills; ++till) {
            events.push_back(paid(
                fmt::format("t{}", till), number, 100 + till, fmt::format("2024-01-{:02}", number)
            ));
        }
    }
    return events;
}

TEST_F(RebuildTest, FillsBesideTheLiveOneAndSwitchesAndGoesBack) {
    open();
    publish(some_payments(5, 3));
    settle();
    const std::string before = live_rows();
    EXPECT_EQ(before, "2024-01-01 510; 2024-01-02 510; 2024-01-03 510; ");
    const auto begun = ask(Verb::kBegin, "takings2", effective("2024-01-03"));
    EXPECT_EQ(begun, (RebuildOutcome{State::kDone, "takings2 is being filled beside takings"}));
    wait_for_phase("takings2", "ready");
    settle();
    EXPECT_EQ(live_rows(), before) << "the old numbers until the switch";
    EXPECT_EQ(model("takings2").read, 15U) << "offsets, over all homes";
    EXPECT_EQ(model("takings2").left, 0U);
    const auto switched = ask(Verb::kSwitch, "takings2");
    EXPECT_EQ(
        switched,
        (RebuildOutcome{State::kDone, "takings2 is live; takings is fed on, to go back to"})
    );
    EXPECT_EQ(live_rows(), "2024-01-01 510; 2024-01-02 510; 2024-01-03 1020; ");
    publish({paid("t9", 1, 7, "2024-01-04")});
    settle();
    EXPECT_EQ(live_rows(), "2024-01-01 510; 2024-01-02 510; 2024-01-03 1020; 2024-01-04 14; ");
    EXPECT_EQ(ask(Verb::kSwitch, "takings").state, State::kDone) << "back";
    EXPECT_EQ(live_rows(), before + "2024-01-04 7; ") << "it was fed on";
}

TEST_F(RebuildTest, ComparesAtOneEventWhileBothGoOn) {
    open();
    publish(some_payments(4, 3));
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b", effective("2024-01-03")).state, State::kDone);
    wait_for_phase("b", "ready");
    const auto compared = ask(Verb::kCompare, "b");
    EXPECT_EQ(
        compared,
        (RebuildOutcome{
            State::kDone, "b against takings at the same event: 1 rows differ in 1 tables"})
    );
    const auto found = models().comparison(wish_).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0], (TableDifference{"taking", 3, 3, 1, 1, {{"amount", 1218, 1624}}}));
    publish({paid("t0", 4, 1, "2024-01-09")});
    settle();
    EXPECT_EQ(
        rows_of(model("b").file).substr(rows_of(model("b").file).size() - 14), "2024-01-09 2; "
    );
}

TEST_F(RebuildTest, ARestartGoesOnWhereItWas) {
    open();
    publish(some_payments(30, 4));
    settle();
    RebuildWish slow;
    slow.events_per_second_max = 100;
    ASSERT_EQ(ask(Verb::kBegin, "b", slow).state, State::kDone);
    for (int look = 0; look < 3'000 && rows_of(model("b").file).empty(); ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_LT(rows_of(model("b").file), live_rows()) << "it has only begun";
    restart();
    EXPECT_EQ(model("b").phase, "filling");
    settle();
    wait_for_phase("b", "ready");
    EXPECT_EQ(rows_of(model("b").file), live_rows());
    ASSERT_EQ(ask(Verb::kSwitch, "b").state, State::kDone);
    restart();
    EXPECT_EQ(models().live_file().value(), model("b").file);
    publish({paid("t0", 5, 1, "2024-02-01")});
    settle();
    EXPECT_EQ(rows_of(model("b").file), rows_of(model("takings").file)) << "both are fed";
}

TEST_F(RebuildTest, WhatIsCancelledIsGone) {
    open();
    publish(some_payments(3, 2));
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b").state, State::kDone);
    wait_for_phase("b", "ready");
    const std::string gone = model("b").file;
    ASSERT_TRUE(std::filesystem::exists(gone));
    EXPECT_EQ(
        ask(Verb::kCancel, "b"), (RebuildOutcome{State::kDone, "b is gone; takings is live"})
    );
    EXPECT_FALSE(std::filesystem::exists(gone));
    publish({paid("t0", 3, 1, "2024-02-01")});
    settle();
    restart();
    EXPECT_FALSE(std::filesystem::exists(gone));
    EXPECT_EQ(model("b").phase, "dropped");
    EXPECT_EQ(
        ask(Verb::kBegin, "b").text, "b is dropped: a rebuild fills a new name; choose another"
    );
    ASSERT_EQ(ask(Verb::kBegin, "c").state, State::kDone);
    wait_for_phase("c", "ready");
    EXPECT_EQ(rows_of(model("c").file), live_rows());
}

TEST_F(RebuildTest, WhatCannotBeIsRefusedAndSaysWhy) {
    open();
    publish(some_payments(2, 2));
    settle();
    const auto refusal = [this](Verb verb, const std::string& into, const RebuildWish& wish = {}) {
        const auto outcome = ask(verb, into, wish);
        EXPECT_EQ(outcome.state, State::kRefused) << into;
        return outcome.text;
    };
    EXPECT_EQ(
        refusal(Verb::kBegin, "takings"),
        "takings is live: a rebuild fills a new name; choose another"
    );
    EXPECT_EQ(
        refusal(Verb::kBegin, "Takings!"),
        "service \"Takings!\": a name is 1 to 64 of a-z, 0-9 and -"
    );
    EXPECT_EQ(
        refusal(Verb::kBegin, "b", effective("2024-02-30")),
        "\"2024-02-30\": the day from which it counts is written YYYY-MM-DD"
    );
    EXPECT_NE(
        refusal(Verb::kBegin, "b", since("yesterday")).find("\"yesterday\""), std::string::npos
    );
    EXPECT_EQ(refusal(Verb::kSwitch, "b"), "b: there is no such rebuild");
    EXPECT_EQ(refusal(Verb::kCancel, "takings"), "takings is live: switch to another one first");
    EXPECT_EQ(refusal(Verb::kCompare, "b"), "b: there is no such rebuild beside takings");
    EXPECT_EQ(models().all().value().size(), 1U) << "nothing has changed";
    EXPECT_TRUE(instance_->failure()) << "and everything runs";
}

TEST_F(RebuildTest, ClosedDaysThatWouldMoveForbidTheSwitch) {
    takings_.closed_day_bug = "2024-01-01";
    open();
    publish(some_payments(2, 3));
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b", effective("2024-01-03")).state, State::kDone);
    wait_for_phase("b", "ready");
    const auto switched = ask(Verb::kSwitch, "b");
    EXPECT_EQ(switched.state, State::kRefused);
    EXPECT_EQ(
        switched.text,
        "2 rows of taking from before 2024-01-03 would change, and what is closed must not: "
        "compare "
        "them"
    );
    EXPECT_EQ(model("b").phase, "ready");
    publish({paid("t7", 1, 3, "2024-01-09")});
    settle();
    EXPECT_NE(live_rows().find("2024-01-09 3;"), std::string::npos) << "they go on";
}

TEST_F(RebuildTest, BeginsAtAnOffsetOrATime) {
    open();
    publish(some_payments(1, 3));
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b", since("2")).state, State::kDone);
    ASSERT_EQ(ask(Verb::kBegin, "c", since("2099-01-01T00:00:00Z")).state, State::kDone);
    ASSERT_EQ(ask(Verb::kBegin, "d", since("1999-01-01T00:00:00Z")).state, State::kDone);
    for (const std::string name : {"b", "c", "d"}) wait_for_phase(name, "ready");
    settle();
    EXPECT_EQ(rows_of(model("b").file), "2024-01-03 100; ");
    EXPECT_EQ(rows_of(model("c").file), "");
    EXPECT_EQ(rows_of(model("d").file), live_rows());
}

TEST_F(RebuildTest, ParkedSubjectsForbidTheSwitchUnlessTheLiveOneHasThemToo) {
    std::atomic<bool> forgiving{true};
    takings_.forgiving = &forgiving;
    open();
    publish({paid("a", 1, -1, "2024-01-01"), paid("b", 1, 2, "2024-01-01")});
    settle();
    forgiving = false;
    ASSERT_EQ(ask(Verb::kBegin, "b").state, State::kDone);
    wait_for_phase("b", "ready");
    const auto switched = ask(Verb::kSwitch, "b");
    EXPECT_EQ(switched.state, State::kRefused);
    EXPECT_EQ(
        switched.text,
        "1 subjects are parked in b, and 0 in takings: look at them with sluice stuck -S b"
    );
    publish({paid("c", 1, -1, "2024-01-02")});
    settle();
    EXPECT_EQ(model("takings").phase, "live");
}

}  // namespace
}  // namespace sluice::test
