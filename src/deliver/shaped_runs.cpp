#include "deliver/shaped_runs.hpp"

namespace sluice::deliver {

std::vector<const Record*> records_of(std::span<const RunWork> runs) {
    std::vector<const Record*> records;
    for (const RunWork& run : runs) {
        for (const Outgoing& one : run.events) records.push_back(one.record);
    }
    return records;
}

std::vector<ShapedRun> shaped_runs(
    std::span<const RunWork> runs, const std::vector<Shaper::Cut>& cuts
) {
    std::vector<ShapedRun> shaped;
    shaped.reserve(runs.size());
    std::size_t at = 0;
    for (const RunWork& run : runs) {
        ShapedRun& one = shaped.emplace_back(ShapedRun{{run.subject, {}, run.attempt}, {}});
        for (Outgoing event : run.events) {
            const Shaper::Cut& cut = cuts[at++];
            if (one.after) continue;
            if (cut.failure) {
                one.after =
                    dispatch::Failure{dispatch::FailureKind::kDead, cut.failure->message, {}};
                continue;
            }
            if (cut.record) event.record = &*cut.record;
            one.work.events.push_back(event);
        }
    }
    return shaped;
}

}  // namespace sluice::deliver
