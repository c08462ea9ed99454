// Read models rebuilt on a real broker: everything that runs on the embedded log runs here
// unchanged.

#include "runtime/rebuild/rebuild_fixture.hpp"
#include "tests/kafka/broker.hpp"

namespace sluice::test {
namespace {

using Verb = RebuildWish::Verb;
using State = RebuildOutcome::State;

class RebuildOnKafka : public RebuildTest {
protected:
    RebuildOnKafka() {
        kafka_ = "kafka://" + shared_broker();
        kafka_prefix_ = unique_name("rebuild") + ".";
        takings_.letters = &letters_;
    }

    void pay(int number) {
        std::vector<Event> events;
        for (int till = 0; till < 10; ++till) {
            events.push_back(
                paid(fmt::format("t{}", till), number, 10, fmt::format("2024-01-{:02}", number))
            );
        }
        publish(events);
    }

    Letters letters_;
};

TEST_F(RebuildOnKafka, FillsComparesSwitchesGoesBackAndIsCancelled) {
    open();
    for (int number = 1; number <= 3; ++number) pay(number);
    settle();
    ASSERT_EQ(ask(Verb::kBegin, "b", effective("2024-01-03")).state, State::kDone);
    wait_for_phase("b", "ready");
    pay(4);
    const auto compared = ask(Verb::kCompare, "b");
    EXPECT_EQ(compared.state, State::kDone) << compared.text;
    const auto found = models().comparison(wish_).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].rows_live, found[0].rows_other) << "both at the same event";
    EXPECT_EQ(found[0].only_live, found[0].rows_live - 2) << "the first two days are the same";
    const auto switched = ask(Verb::kSwitch, "b");
    EXPECT_EQ(switched.state, State::kDone) << switched.text;
    pay(5);
    settle();
    EXPECT_EQ(
        live_rows(),
        "2024-01-01 100; 2024-01-02 100; 2024-01-03 200; 2024-01-04 200; 2024-01-05 200; "
    );
    restart();
    pay(6);
    settle();
    EXPECT_EQ(ask(Verb::kSwitch, "takings").state, State::kDone);
    EXPECT_EQ(ask(Verb::kCancel, "b").state, State::kDone);
    pay(7);
    settle();
    EXPECT_EQ(letters_.all().size(), 70U);
    for (const auto& [id, times] : letters_.all()) EXPECT_EQ(times, 1) << id;
    EXPECT_NE(live_rows().find("2024-01-07 100; "), std::string::npos);
}

TEST_F(RebuildOnKafka, ARestartGoesOnWhereItWas) {
    open();
    for (int number = 1; number <= 6; ++number) pay(number);
    settle();
    RebuildWish slow;
    slow.events_per_second_max = 20;
    ASSERT_EQ(ask(Verb::kBegin, "b", slow).state, State::kDone);
    for (int look = 0; look < 3'000 && rows_of(model("b").file).empty(); ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    restart();
    settle();
    wait_for_phase("b", "ready");
    EXPECT_EQ(rows_of(model("b").file), live_rows());
}

}  // namespace
}  // namespace sluice::test
