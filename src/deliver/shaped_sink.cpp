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
    if (filter_ == nullptr) return inner_->judge(record);
    if (!reads_data_ || !shaper_.changes(record)) return filter_->judge(record, scratch_);
    const auto made = shaper_.as_asked(record);
    // What cannot be cast is not lost: it passes, and is dead when it is delivered.
    return made ? filter_->judge(*made, scratch_) : project::Verdict::kPasses;
}

std::vector<RunOutcome> ShapedSink::deliver(std::span<const RunWork> runs) {
    if (shaper_.is_idle()) return inner_->deliver(runs);
    const auto cuts = shaper_.cut(records_of(runs));
    if (cuts) return deliver_cut(shaped_runs(runs, cuts.value()));
    const Failure failure{FailureKind::kNotTried, cuts.error().message, {}};
    return std::vector<RunOutcome>(runs.size(), RunOutcome{0, failure});
}

Result<RunOutcome> ShapedSink::try_out(const RunWork& run) {
    if (shaper_.is_idle()) return inner_->try_out(run);
    const std::span runs{&run, 1};
    const auto cuts = shaper_.cut(records_of(runs));
    if (!cuts) return cuts.error();
    const ShapedRun shaped = std::move(shaped_runs(runs, cuts.value()).front());
    if (shaped.work.events.empty()) return RunOutcome{0, shaped.after};
    auto tried = inner_->try_out(shaped.work);
    if (tried && !tried.value().failure) tried.value().failure = shaped.after;
    return tried;
}

/// What can be handed on goes to the inner sink in one call.
std::vector<RunOutcome> ShapedSink::deliver_cut(std::vector<ShapedRun> shaped) {
    std::vector<RunOutcome> outcomes(shaped.size());
    std::vector<RunWork> work;
    std::vector<std::size_t> run_of;  // of each in `work`
    for (std::size_t i = 0; i < shaped.size(); ++i) {
        outcomes[i].failure = shaped[i].after;
        if (shaped[i].work.events.empty()) continue;
        work.push_back(std::move(shaped[i].work));
        run_of.push_back(i);
    }
    if (work.empty()) return outcomes;
    std::vector<RunOutcome> handed_on = inner_->deliver(work);
    SLUICE_ASSERT(handed_on.size() == work.size());
    for (std::size_t w = 0; w < work.size(); ++w) {
        RunOutcome& outcome = outcomes[run_of[w]];
        outcome.handled = handed_on[w].handled;
        if (handed_on[w].failure) outcome.failure = std::move(handed_on[w].failure);
    }
    return outcomes;
}

}  // namespace sluice::deliver
