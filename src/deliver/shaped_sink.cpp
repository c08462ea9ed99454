#include "deliver/shaped_sink.hpp"

#include "base/assert.hpp"

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

Result<std::unique_ptr<ShapedSink>> ShapedSink::open(
    std::unique_ptr<Sink> inner, const Shape& shape
) {
    auto shaper = Shaper::open(shape);
    if (!shaper) return shaper.error();
    // The constructor is private: make_unique cannot reach it.
    return std::unique_ptr<ShapedSink>{
        new ShapedSink{std::move(inner), shape.filter, std::move(shaper).value()}};
}

project::Verdict ShapedSink::judge(const Record& record) {
    return filter_ == nullptr ? inner_->judge(record) : filter_->judge(record, scratch_);
}

std::vector<RunOutcome> ShapedSink::deliver(std::span<const RunWork> runs) {
    if (shaper_.is_idle()) return inner_->deliver(runs);
    std::vector<const Record*> records;
    for (const RunWork& run : runs) {
        for (const Outgoing& one : run.events) records.push_back(one.record);
    }
    const auto cuts = shaper_.cut(records);
    if (cuts) return deliver_cut(runs, cuts.value());
    const Failure failure{FailureKind::kNotTried, cuts.error().message, {}};
    return std::vector<RunOutcome>(runs.size(), RunOutcome{0, failure});
}

Result<RunOutcome> ShapedSink::try_out(const RunWork& run) {
    if (shaper_.is_idle()) return inner_->try_out(run);
    std::vector<const Record*> records;
    for (const Outgoing& one : run.events) records.push_back(one.record);
    const auto cuts = shaper_.cut(records);
    if (!cuts) return cuts.error();
    RunWork cut_run{run.subject, {}, run.attempt};
    std::optional<Failure> stopped;
    for (std::size_t at = 0; at < run.events.size() && !stopped; ++at) {
        const Shaper::Cut& cut = cuts.value()[at];
        Outgoing one = run.events[at];
        if (cut.record) one.record = &*cut.record;
        if (cut.failure) stopped = Failure{FailureKind::kDead, cut.failure->message, {}};
        if (!stopped) cut_run.events.push_back(one);
    }
    if (cut_run.events.empty()) return RunOutcome{0, stopped};
    auto tried = inner_->try_out(cut_run);
    if (tried && !tried.value().failure) tried.value().failure = stopped;
    return tried;
}

/// Each run up to its first event that could not be cut.
std::vector<RunOutcome> ShapedSink::deliver_cut(
    std::span<const RunWork> runs, const std::vector<Shaper::Cut>& cuts
) {
    std::vector<RunOutcome> outcomes(runs.size());
    std::vector<RunWork> work;
    std::vector<std::size_t> run_of;  // of each in `work`
    std::vector<std::optional<Failure>> after(runs.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        RunWork cut_run{runs[i].subject, {}, runs[i].attempt};
        for (Outgoing one : runs[i].events) {
            const Shaper::Cut& cut = cuts[at++];
            if (after[i]) continue;
            if (cut.failure) {
                after[i] = Failure{FailureKind::kDead, cut.failure->message, {}};
                continue;
            }
            if (cut.record) one.record = &*cut.record;
            cut_run.events.push_back(one);
        }
        if (cut_run.events.empty()) {
            outcomes[i].failure = after[i];
            continue;
        }
        work.push_back(std::move(cut_run));
        run_of.push_back(i);
    }
    if (work.empty()) return outcomes;
    std::vector<RunOutcome> handed_on = inner_->deliver(work);
    SLUICE_ASSERT(handed_on.size() == work.size());
    for (std::size_t w = 0; w < work.size(); ++w) {
        RunOutcome& outcome = outcomes[run_of[w]];
        outcome = std::move(handed_on[w]);
        if (!outcome.failure) outcome.failure = after[run_of[w]];
    }
    return outcomes;
}

}  // namespace sluice::deliver
