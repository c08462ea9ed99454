#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/domain/probe.hpp"
#include "runtime/sequencing/channel_growth.hpp"
#include "runtime/sequencing/classify.hpp"
#include "runtime/sequencing/closed_keeper.hpp"
#include "runtime/sequencing/decision_writer.hpp"
#include "runtime/sequencing/gap_keeper.hpp"
#include "runtime/sequencing/growth_gate.hpp"
#include "runtime/sequencing/partition_feed.hpp"
#include "runtime/sequencing/retention.hpp"
#include "runtime/sequencing/sequencing_trace.hpp"
#include "runtime/sequencing/step_outputs.hpp"
#include "runtime/sequencing/turn_chooser.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

struct TaskOptions {
    std::vector<HomeId> homes;            ///< that this task owns
    std::size_t step_records_max{8'000};  ///< read in one step
    std::size_t step_bytes_max{
        std::size_t{8} << 20};          ///< read, and about to be written, in one step
    std::size_t turn_records_max{128};  ///< read from one partition before the next is chosen
    log::ReadLimits read{1'000, std::size_t{1} << 20};
    CacheLimits cached;
    HistoryLimits histories;
    Milliseconds sweep_interval{1'000};
    Milliseconds tick_interval{1'000};
    Milliseconds trim_interval{10'000};
    ChannelGrowth::Options growth;
    bool channels{true};  ///< false: only what is on its way home is read (runtime/grow)
};

/// What a task works with; all outlives it.
struct TaskContext {
    log::Log& log;
    const Clock& clock;
    const DomainPlan& plan;
    const sequence::Sequencer& sequencer;
    SequencingProbe& probe;
    const trace::Tracer* tracer{nullptr};  ///< null: nothing is traced
};

/// The sequencing of some homes, from taking their lease to losing it.
///   open:  take the lease; read which subjects wait, fold what was released last, and see where
///          each partition was left.
///   step:  read a portion, decide, commit: outputs, consumed offsets and state in one.
///   close: store the histories that are still ahead, so that the next opening folds nothing.
/// An event read at the home of its subject is sequenced at once, any other goes by
/// repartition, even to a home of the same task: so all events of a subject from one channel
/// partition go one way, whoever owns the homes now or later, and keep their order.
/// Threads:  the task's only.
/// Failure:  after any error the session is thrown away; its changes were but an overlay.
/// Limits:   TaskOptions.
class SequencingSession {
public:
    [[nodiscard]] static Result<std::unique_ptr<SequencingSession>> open(
        const TaskContext& context, const TaskOptions& options
    );

    /// One step. Answers whether there was anything to do.
    [[nodiscard]] Result<bool> step();

    /// After the last step. Without it, or if it fails, nothing is lost: the next opening has more
    /// to fold.
    [[nodiscard]] Status close();

    /// How long nothing needs to be done, if nothing is appended.
    [[nodiscard]] Milliseconds idle_for() const { return gaps_->idle_for(); }

private:
    static constexpr std::string_view kAdoptionDue = "due";    // stored
    static constexpr std::string_view kAdoptionDone = "done";  // stored

    struct Source {
        PartitionFeed feed;
        HomeId home;                 ///< that its offset is committed with
        const ChannelPlan* channel;  ///< null: a repartition partition
        Offset committed;
        bool known{false};                   ///< the group has an offset for it
        std::unique_ptr<GrowthGate> gate{};  ///< of a channel's new partition; null: it is settled

        [[nodiscard]] bool is_ready() const {
            return !feed.empty() && (gate == nullptr || gate->is_open_for(feed.front()));
        }
    };

    SequencingSession(const TaskContext& context, const TaskOptions& options);

    Status open_all();
    Status open_sources();
    Status open_channels();
    Status open_source(log::PartitionRef from, HomeId home, const ChannelPlan* channel);
    Status follow_growth(Instant now);
    Status read_facts();
    Status note_facts();
    Result<bool> must_adopt();
    Result<bool> channels_are_cut() const;
    Status fill(std::size_t source, Instant now);
    Status read_portion(Instant now);
    Status process(Source& source, log::StoredRecord stored, Instant now);
    Status offer(sequence::Arrival arrival, HomeId read_at, Instant now);
    Result<sequence::Decisions> decide(SubjectEntry& entry, sequence::Arrival arrival, Instant now);
    Status choose(Record record, const sequence::Origin& at, HomeId home, Instant now);
    void note_adoption(std::string_view state);
    Result<bool> commit(Instant now);
    Status write(log::Step step);
    void count_state(Instant now);
    Status trim(Instant now);

    [[nodiscard]] bool owns(HomeId home) const { return owned_[home.value]; }

    TaskContext context_;
    TaskOptions options_;
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<SubjectStore> store_;  ///< over lease_
    std::unique_ptr<GapKeeper> gaps_;      ///< over store_
    SourceLimits source_limits_;           ///< this task's share
    std::vector<bool> owned_;              ///< by home
    ChannelGrowth growth_;
    std::vector<Source> sources_;
    TurnChooser chooser_{0};
    StepOutputs outputs_;
    DecisionWriter decisions_;
    RetentionKeeper retention_;
    SequencingTrace trace_;
    std::unique_ptr<ClosedKeeper> closed_;        ///< over store_
    std::vector<log::StateChange> more_changes_;  ///< of this step, beside the subjects'
    std::uint64_t version_{0};                    ///< of the log, when this step began
    std::size_t read_records_{0};
    std::size_t read_bytes_{0};
    Instant trimmed_at_{};
    Instant census_at_{};
    std::uint64_t sweeps_counted_{0};  ///< in the probe already; likewise below
    std::uint64_t spilled_counted_{0};
};

}  // namespace sluice::runtime
