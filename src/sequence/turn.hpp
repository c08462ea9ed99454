#pragma once

#include "sequence/sequencer.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sequence {

/// One input to one subject, while it is being decided: what the Sequencer's methods share.
/// Threads: one call.   Lifetime: within it; options and subject outlive it.
class Turn {
public:
    Turn(const SequencerOptions& options, Subject& subject, Instant now, SweepId next_sweep)
        : options_{options},
          subject_{subject},
          now_{now},
          next_sweep_{next_sweep} {}

    void arrive(Arrival arrival, SourceRoom room);                                     // arrive.cpp
    [[nodiscard]] bool join(Arrival& arrival, const InLine& stored, SourceRoom room);  // join.cpp
    void count_gap();                                                                  // gap.cpp
    void sweep_ended(SweepId ended);                                                   // gap.cpp
    void adopt();                                                                      // gap.cpp
    void give_up_everything();          // gap.cpp; of a copy, for `missing`
    void choose(Command command);       // choose.cpp
    [[nodiscard]] Decisions done() &&;  // turn.cpp

private:
    // turn.cpp: releasing
    void release(WaitingEvent event, bool waited);
    void release_gap(OrderedFacts gap);
    void release_late(WaitingEvent event);             ///< at the end, its own place being gone
    void wake(const WaitingRoom::Orders& candidates);  ///< those that are ready will be drained
    void wake_overtakers();
    void wake_all();
    void drain();  ///< releases what is ready, and what that makes ready, in the order of arrival
    [[nodiscard]] bool must_hold(const WaitingEvent& event) const;
    void hold(HoldCause cause, std::string detail);
    void lift_hold();

    // arrive.cpp
    void take_in(WaitingEvent event);
    void contradict(Arrival arrival, std::string detail);
    void flood(Arrival arrival, AsideReason why);
    [[nodiscard]] std::optional<AsideReason> too_much(const Arrival& arrival) const;
    [[nodiscard]] bool unparks(const Arrival& arrival) const;

    // join.cpp
    [[nodiscard]] bool opens_no_gap(const Arrival& arrival, const InLine& in_line) const;

    // gap.cpp
    void refresh_gap();
    void open_gap(Need missing);
    void open_gap_of(const WaitingEvent& asker);
    void act_on_gap();
    void give_up(const Need& missing);
    void forget_needs(const Need& given_up, const WaitingRoom::Orders& askers);

    // choose.cpp: each kind of choice answers why it does not fit; empty: done
    [[nodiscard]] std::string skip_missing(const SkipMissing& choice);
    [[nodiscard]] std::string release_now(const ReleaseNow& choice);
    [[nodiscard]] std::string drop_waiting(const DropWaiting& choice);
    [[nodiscard]] std::string settle(const SettleConflict& choice);
    [[nodiscard]] std::string take_back(Arrival arrival);
    [[nodiscard]] std::string adopt_now();
    [[nodiscard]] std::string clear_flood();
    [[nodiscard]] std::string repair(Repair choice);
    [[nodiscard]] bool holds(HoldCause cause) const;
    [[nodiscard]] std::string stands() const;  ///< what a person has to choose about first
    void take_over(WaitingEvent newcomer);
    void compare_conflicts_again();
    void resume();  ///< after a choice: what it has unblocked goes

    const SequencerOptions& options_;
    Subject& subject_;
    Instant now_;
    SweepId next_sweep_;
    SourceRoom room_{SourceRoom::kLeft};
    Decisions out_;
    std::set<ArrivalOrder> ready_;
    std::optional<ArrivalOrder> kept_;  ///< the arrival, if it was put into the waiting room
    bool look_at_all_{false};           ///< what is missing cannot be told from what has changed
    std::optional<NeedNumber>
        next_;            ///< after a release: its source's next number, wanted, not here
    std::string chosen_;  ///< the choice that is carried out
};

/// "/orders 2", "/orders 2 to 5", "order.placed".
[[nodiscard]] std::string text_of(const Subject& subject, const Need& missing);

}  // namespace sluice::sequence
