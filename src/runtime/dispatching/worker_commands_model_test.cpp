// Operators who choose at random over a real runner, among failures, lost answers and restarts. The
// reference: each subject's events in order, each with one effect, but for those that were skipped;
// each command has one outcome.

#include "base/test_seed.hpp"
#include "runtime/dispatching/operator_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using State = CommandFate::State;

constexpr std::uint32_t kModelHomes = 3;
constexpr std::size_t kSubjects = 9;
constexpr std::uint64_t kEvents = 24;

std::string name(std::size_t subject) {
    return fmt::format("s{}", subject);
}

class OperatedRunner {
public:
    explicit OperatedRunner(std::uint64_t seed) : random_{seed} {
        for (std::size_t s = 0; s < kSubjects; ++s) {
            for (std::uint64_t at = 1; at <= kEvents; ++at) {
                if (pick(10) == 0) dead_.insert(fmt::format("{}/{}", name(s), at));
            }
        }
    }

    void bad_days() {
        for (std::uint64_t at = 1; at <= kEvents; ++at) {
            if (at % 4 == 1) begin();
            if (pick(2) == 0) trouble();
            for (std::size_t s = 0; s < kSubjects; ++s) rig.append(name(s), at, at);
            for (std::size_t i = pick(8); i > 0; --i) choose();
            pass_time();
        }
    }

    /// The cause is gone; a person goes on until nothing stands.
    void end_well() {
        begin();
        rig.wait_for([&] {
            pass_time();
            return all_answered();
        });
        good_ = true;
        for (HomeId home{0}; home.value < kModelHomes; home = home.next()) {
            OutgoingCommand resume = seat.outgoing("", dispatch::ResumeAll{}, next_id());
            resume.home = home;
            send(std::move(resume));
        }
        for (std::size_t s = 0; s < kSubjects; ++s) send(to(name(s), dispatch::ResumeSubject{}));
        rig.wait_for([&] {
            pass_time();
            return all_answered();
        });
        rig.wait_for([&] {
            pass_time();
            if (!all_answered()) return false;
            bool stands = false;
            for (std::size_t s = 0; s < kSubjects; ++s) {
                const auto line = rig.line("model", name(s));
                stands = stands || line.has_value();
                if (line && line->state == dispatch::LineState::kParked) {
                    send(to(name(s), dispatch::Redrive{line->head, {}}));
                }
            }
            return !stands && settled();
        });
        ASSERT_TRUE(rig.stop());
    }

    void check_effects() {
        for (std::size_t s = 0; s < kSubjects; ++s) {
            const auto ids = seen.of(name(s));
            std::size_t next = 0;
            for (std::uint64_t at = 1; at <= kEvents; ++at) {
                const std::string id = fmt::format("{}/{}", name(s), at);
                const bool there = next < ids.size() && ids[next] == id;
                if (there) ++next;
                ASSERT_TRUE(there || skipped_.contains(id)) << id << " is lost or out of order";
                ASSERT_FALSE(there && skipped_.contains(id) && dead_.contains(id))
                    << id << " was dead, and skipped";
            }
            ASSERT_EQ(next, ids.size()) << name(s) << ": what it never had, or twice";
            ASSERT_TRUE(rig.backlog("model", name(s)).empty());
        }
    }

    void check_audit() {
        std::map<std::string, int> outcomes;
        for (HomeId home{0}; home.value < kModelHomes; home = home.next()) {
            for (const Record& record : seat.audit(home)) {
                if (!record.header(kOutcomeHeader)) continue;
                ++outcomes[std::string{record.header("ce_id").value_or("")}];
            }
        }
        ASSERT_EQ(outcomes.size(), static_cast<std::size_t>(ids_));
        for (const auto& [id, times] : outcomes) ASSERT_EQ(times, 1) << id;
    }

    Seen seen;
    RunnerRig rig{kModelHomes};
    OperatorSeat seat{rig, kModelHomes};

private:
    struct Sent {
        CommandDesk::Ticket ticket;
        std::string skips;  ///< the id of the event, of a skip
    };

    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    std::string next_id() { return fmt::format("c-{}", ids_++); }

    OutgoingCommand to(const std::string& subject, dispatch::Act act) {
        return seat.outgoing(subject, std::move(act), next_id());
    }

    void send(OutgoingCommand command, const std::string& skips = {}) {
        std::vector<OutgoingCommand> one;
        one.push_back(std::move(command));
        sent_.push_back({seat.send(std::move(one)), skips});
    }

    void begin() {
        rig.log().heal();
        rig.restart();
        dispatch::DispatcherOptions options;
        options.run_events_max = 3;
        options.in_place_events_max = 4;
        const Judge judge = [this](const std::string& id, std::uint32_t) {
            const bool fails = !good_ && dead_.contains(id);
            return fails ? std::optional{dead("dead")} : std::nullopt;
        };
        rig.subscribe("model", seen, judge, options, {.subjects_max = 0});
        rig.start();
    }

    void trouble() {
        rig.log().fail(
            {.call = Call::kWrite,
             .error = {ErrorCode::kUnavailable, "no answer"},
             .passing = pick(4),
             .times = 1 + pick(3),
             .done_all_the_same = pick(2) == 0}
        );
    }

    /// Sensible or not: of the head as it is seen now, or of any.
    void choose() {
        const std::string subject = name(pick(kSubjects));
        Position head{1 + pick(kEvents)};
        if (const auto line = rig.line("model", subject); line && pick(6) != 0) head = line->head;
        switch (pick(9)) {
            case 0: {
                OutgoingCommand all = seat.outgoing(
                    "",
                    pick(3) == 0 ? dispatch::Act{dispatch::PauseAll{}} : dispatch::ResumeAll{},
                    next_id()
                );
                all.home = HomeId{static_cast<std::uint32_t>(pick(kModelHomes))};
                return send(std::move(all));
            }
            case 1: return send(to(subject, dispatch::PauseSubject{}));
            case 2:
            case 3: return send(to(subject, dispatch::ResumeSubject{}));
            case 4:
                return send(
                    to(subject, dispatch::SkipHead{head}), fmt::format("{}/{}", subject, head.value)
                );
            case 5: return send(to(subject, dispatch::TryOut{head}));
            case 6: return send(to(subject, dispatch::EditHead{head, edited(subject, head)}));
            default: return send(to(subject, dispatch::Redrive{head, {}}));
        }
    }

    static Record edited(const std::string& subject, Position head) {
        Event made = event("a.made", subject, "/a", head.value);
        made.id = fmt::format("{}/{}", subject, head.value);
        made.data = "edited";
        made.extensions["subjectposition"] = fmt::to_string(head.value);
        return event::to_record(made, subject);
    }

    void pass_time() {
        rig.clock().advance(Milliseconds{20});
        rig.log().wait_for_change(rig.log().version(), Milliseconds{2});
    }

    bool all_answered() {
        std::erase_if(sent_, [&](Sent& one) {
            seat.await(one.ticket, std::chrono::milliseconds{0});
            if (!one.ticket.all_known()) return false;
            if (one.ticket.fates()[0].state == State::kDone && !one.skips.empty()) {
                EXPECT_TRUE(skipped_.insert(one.skips).second) << one.skips << " skipped twice";
            }
            return true;
        });
        return sent_.empty();
    }

    bool settled() {
        for (HomeId home{0}; home.value < kModelHomes; home = home.next()) {
            const auto end = rig.log().ends(RunnerRig::ordered_at(home)).value().committed;
            if (rig.progress("model", home).next < end) return false;
        }
        return true;
    }

    std::mt19937_64 random_;
    std::set<std::string> dead_;
    std::atomic<bool> good_{false};
    int ids_{0};
    std::vector<Sent> sent_;
    std::set<std::string> skipped_;
};

TEST(WorkerCommandsModel, OrderAndOneEffectHoldWhateverIsChosenAndWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    OperatedRunner world{seed};
    ASSERT_NO_FATAL_FAILURE(world.bad_days());
    ASSERT_NO_FATAL_FAILURE(world.end_well());
    ASSERT_NO_FATAL_FAILURE(world.check_effects());
    ASSERT_NO_FATAL_FAILURE(world.check_audit());
}

}  // namespace
}  // namespace sluice::runtime
