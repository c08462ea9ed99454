#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "runtime/sequencing/sweeper.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/sequencer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::runtime {

/// Moves the clocks of gaps and the sweeps on, in portions, beside the reading: a hundred
/// thousand waiting subjects do not stop it. Sweeps run only while a gap is unproven or due.
/// Threads:  the task's only.
/// Lifetime: the store and the sequencer outlive it.
/// Limits:   `visits_max` subjects per call of `advance`, and about `dirty_bytes_max` to write.
class GapKeeper {
public:
    struct Options {
        Milliseconds tick_interval{1'000};
        Milliseconds persist_interval{60'000};  ///< counted time is kept this often
        std::size_t visits_max{2'000};
        std::size_t dirty_bytes_max{std::size_t{8} << 20};  ///< of waiting events, in one step
        bool clock_runs{false};  ///< the policy acts on gaps some day: park or skip
        bool adopt{
            false};  ///< the first start on cut channels: adopt when the first sweep has ended
    };

    /// Takes the decisions of a visit: writes them to the step and tells the store.
    using CarryOut = std::function<Status(SubjectEntry&, sequence::Decisions)>;

    GapKeeper(
        const sequence::Sequencer& sequencer, SubjectStore& store, Sweeper sweeper, Options options
    );

    /// Between steps, when everything read so far is committed.
    [[nodiscard]] Status advance(Instant now, const CarryOut& carry_out);

    [[nodiscard]] sequence::SweepId next_sweep() const { return sweeper_.next_id(); }

    /// Subjects are still to be visited.
    [[nodiscard]] bool busy() const { return !rounds_.empty(); }

    /// How long there is nothing to do, if no record comes.
    [[nodiscard]] Milliseconds idle_for() const;

    /// All that was to be adopted is: the next step may write it down. Answers once.
    [[nodiscard]] bool take_adopted();

    [[nodiscard]] std::uint64_t sweeps() const { return sweeps_; }

private:
    enum class Kind : std::uint8_t { kTick, kPersist, kSweepEnded, kAdopt };

    /// A visit to every subject that waits, home by home.
    struct Round {
        Kind kind{};
        sequence::SweepId sweep;
    };

    void plan_ticks(Instant now);
    Status advance_sweep(Instant now);
    Status find_to_adopt();
    Result<bool> next_page();
    [[nodiscard]] SubjectStore::Which to_visit() const;
    Status visit(const std::string& subject, Instant now, const CarryOut& carry_out);
    void end_round();

    const sequence::Sequencer& sequencer_;
    SubjectStore& store_;
    Sweeper sweeper_;
    Options options_;
    std::deque<Round> rounds_;      ///< the first is under way
    std::size_t home_{0};           ///< of the store's homes, where the round stands
    bool page_done_{false};         ///< a page of `home_` was taken
    std::string from_;              ///< where its next page begins; empty: it has none
    std::deque<std::string> page_;  ///< to be visited next, of `home_`
    std::vector<std::deque<std::string>> to_adopt_;  ///< by home: those that waited when the first
                                                     ///< sweep had ended
    std::optional<Instant> ticked_at_;
    Instant persisted_at_{};
    std::uint64_t sweeps_{0};
    bool adopted_{false};
};

}  // namespace sluice::runtime
