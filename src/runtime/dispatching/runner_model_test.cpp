#include "base/test_seed.hpp"
#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/dispatching/late_sink_fixture.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::runtime {
namespace {

using test::Call;
using test::RunnerRig;
using test::Seen;
using Ids = std::vector<std::string>;
using Positions = std::vector<std::uint64_t>;

/// Events that fail so often, steps that are lost or whose answer is, restarts: each subject is
/// handled in order, or parked whole from its dead event on. With a sink that is called and waited
/// for, and with one whose answers take a while.
class RunnerModel : public testing::TestWithParam<bool> {};

TEST_P(RunnerModel, OrderHoldsAndNothingIsLostWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    RunnerRig rig{3};
    Seen seen;
    dispatch::DispatcherOptions options;
    options.run_events_max = 4;
    options.in_place_events_max = 5;
    options.retry = {
        .attempts_max = 4, .first = Milliseconds{10}, .in_place_max = Milliseconds{30}};
    std::map<std::string, int> failures;  // by id: how often it fails; 99: it is dead
    constexpr std::uint64_t kEvents = 25;
    constexpr int kSubjects = 12;
    for (int s = 0; s < kSubjects; ++s) {
        for (std::uint64_t at = 1; at <= kEvents; ++at) {
            if (random() % 8 == 0)
                failures[fmt::format("s{}/{}", s, at)] = static_cast<int>(random() % 3) + 1;
        }
        if (s % 4 == 0) failures[fmt::format("s{}/{}", s, 1 + random() % kEvents)] = 99;
    }
    const std::map<std::string, int> planned = failures;
    std::mutex mutex;
    const test::Judge judge = [&](const std::string& id,
                                  std::uint32_t) -> std::optional<dispatch::Failure> {
        const std::lock_guard lock{mutex};
        const auto found = failures.find(id);
        if (found == failures.end() || found->second == 0) return std::nullopt;
        if (found->second == 99) return test::dead("dead");
        --found->second;
        return test::retry("not yet");
    };
    const auto pass_time = [&] {
        rig.clock().advance(Milliseconds{20});
        return true;
    };
    for (std::uint64_t at = 1; at <= kEvents; ++at) {
        if (at % 5 == 1) {
            rig.log().heal();
            rig.restart();
            if (GetParam()) {
                auto late = std::make_unique<test::LateSink>(seen, judge, random());
                rig.subscribe_sink("model", std::move(late), options);
            } else {
                rig.subscribe("model", seen, judge, options, {.subjects_max = 0});
            }
            rig.start();
        }
        if (random() % 2 == 0) {
            rig.log().fail(
                {.call = Call::kWrite,
                 .error = {ErrorCode::kUnavailable, "no answer"},
                 .passing = random() % 4,
                 .times = 1 + random() % 3,
                 .done_all_the_same = random() % 2 == 0}
            );
        }
        for (int s = 0; s < kSubjects; ++s) rig.append(fmt::format("s{}", s), at, at);
        rig.wait_for(pass_time);
    }
    rig.log().heal();
    for (int s = 0; s < kSubjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        std::uint64_t first_dead = kEvents + 1;
        for (const auto& [id, times] : planned) {
            if (times != 99 || !id.starts_with(subject + "/")) continue;
            first_dead = std::stoull(id.substr(subject.size() + 1));
        }
        Ids expected;
        for (std::uint64_t at = 1; at < first_dead; ++at)
            expected.push_back(fmt::format("{}/{}", subject, at));
        Positions behind;
        for (std::uint64_t at = first_dead; at <= kEvents; ++at) behind.push_back(at);
        rig.wait_for([&] {
            pass_time();
            return seen.of(subject).size() >= expected.size() &&
                   rig.backlog("model", subject) == behind;
        });
        ASSERT_EQ(seen.of(subject), expected);
        ASSERT_EQ(rig.backlog("model", subject), behind);
    }
    rig.settle();
    EXPECT_EQ(seen.holes, 0U);
}

INSTANTIATE_TEST_SUITE_P(Sinks, RunnerModel, testing::Bool(), [](const auto& of) {
    return of.param ? "Late" : "Called";
});

}  // namespace
}  // namespace sluice::runtime
