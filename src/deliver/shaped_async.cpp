#include "deliver/shaped_async.hpp"

#include "deliver/shaped_runs.hpp"

#include <utility>

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

void ShapedAsync::begin(std::span<const RunBegun> runs) {
    if (shaper_.is_idle()) {
        inner_.begin(runs);
        return;
    }
    std::vector<RunWork> works;
    works.reserve(runs.size());
    for (const RunBegun& run : runs) works.push_back(run.work);
    const auto cuts = shaper_.cut(records_of(works));
    if (!cuts) {
        const Failure failure{FailureKind::kNotTried, cuts.error().message, {}};
        for (const RunBegun& run : runs) at_once_.push_back({run.ticket, RunOutcome{0, failure}});
        return;
    }
    std::vector<RunBegun> handed_on;
    std::vector<ShapedRun> shaped = shaped_runs(works, cuts.value());
    for (std::size_t at = 0; at < shaped.size(); ++at) {
        const RunTicket ticket = runs[at].ticket;
        if (shaped[at].work.events.empty()) {
            at_once_.push_back({ticket, RunOutcome{0, shaped[at].after}});
            continue;
        }
        if (shaped[at].after) after_.emplace(ticket, *std::move(shaped[at].after));
        handed_on.push_back({ticket, std::move(shaped[at].work)});
    }
    if (!handed_on.empty()) inner_.begin(handed_on);
}

std::vector<RunEnded> ShapedAsync::ended() {
    std::vector<RunEnded> all = inner_.ended();
    for (RunEnded& one : all) {
        auto after = after_.extract(one.ticket);
        if (!after.empty() && !one.outcome.failure) one.outcome.failure = std::move(after.mapped());
    }
    for (RunEnded& one : std::exchange(at_once_, {})) all.push_back(std::move(one));
    return all;
}

void ShapedAsync::wait(Milliseconds longest) {
    if (at_once_.empty()) inner_.wait(longest);
}

}  // namespace sluice::deliver
