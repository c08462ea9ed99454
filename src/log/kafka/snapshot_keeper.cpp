#include "log/kafka/snapshot_keeper.hpp"

#include "log/kafka/state_record.hpp"

#include <utility>

namespace sluice::log::kafka {

SnapshotKeeper::SnapshotKeeper(
    SnapshotWriter& writer,
    const SnapshotRules& rules,
    SnapshotPlace place,
    std::optional<SnapshotRef> last,
    Instant now
)
    : writer_{writer},
      place_{std::move(place)},
      schedule_{rules, last, now} {}

SnapshotKeeper::~SnapshotKeeper() {
    if (job_) job_->cancel();
}

void SnapshotKeeper::look(Instant now) {
    if (!job_) return;
    const auto outcome = job_->outcome();
    if (!outcome) return;
    job_.reset();
    if (*outcome) {
        schedule_.ready(outcome->value());
    } else {
        schedule_.failed(now);
    }
}

std::optional<StateChange> SnapshotKeeper::reference(std::uint64_t step) const {
    if (!schedule_.ready()) return std::nullopt;
    SnapshotRef ref = *schedule_.ready();
    ref.step = step;
    return StateChange{
        place_.home, Table{kOwnTable}, std::string{kSnapshotKey}, encode_snapshot_ref(ref)};
}

void SnapshotKeeper::committed(
    std::size_t output_bytes,
    std::span<const Consumed> consumed,
    const Cache::Home& copy,
    Instant now
) {
    if (schedule_.ready()) {
        const std::optional<SnapshotRef> before = schedule_.referred();
        // The one before stays: somebody may be reading it.
        if (before && place_.alone) writer_.forget(place_, before->first);
    }
    schedule_.wrote(output_bytes);
    for (const Consumed& one : consumed) {
        if (one.folded && one.home == place_.home) schedule_.folded(one.from, one.next);
    }
    if (!schedule_.is_due(now)) return;
    schedule_.began();
    job_ = writer_.write(place_, copy.fold_rows());
}

}  // namespace sluice::log::kafka
