#include "runtime/gap_keeper.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::runtime {

namespace {

constexpr Milliseconds kSweepRunning{5};
constexpr Milliseconds kNothingToDo{100};

}  // namespace

GapKeeper::GapKeeper(
    const sequence::Sequencer& sequencer, SubjectStore& store, Sweeper sweeper, Options options
)
    : sequencer_{sequencer},
      store_{store},
      sweeper_{std::move(sweeper)},
      options_{options} {}

Status GapKeeper::advance(Instant now, const CarryOut& carry_out) {
    if (visits_.empty()) {
        if (const Status swept = advance_sweep(now); !swept) return swept;
    }
    if (visits_.empty()) plan_ticks(now);
    for (std::size_t done = 0; done < options_.visits_max && !visits_.empty(); ++done) {
        if (store_.dirty_bytes() > options_.dirty_bytes_max) break;
        const Visit visit = std::move(visits_.front());
        visits_.pop_front();
        if (const Status visited = carry_out_visit(visit, now, carry_out); !visited) return visited;
    }
    return ok();
}

void GapKeeper::plan_ticks(Instant now) {
    const bool first = !ticked_at_.has_value();
    const bool soon = !first && now >= *ticked_at_ && now - *ticked_at_ < options_.tick_interval;
    if (soon || (!first && !options_.clock_runs)) return;
    ticked_at_ = now;
    const bool persist = now - persisted_at_ >= options_.persist_interval;
    if (persist) persisted_at_ = now;
    for (auto& [home, subject] : store_.unsettled(/*with_gap=*/true)) {
        visits_.push_back({persist ? Kind::kPersist : Kind::kTick, home, std::move(subject), {}});
    }
}

Status GapKeeper::advance_sweep(Instant now) {
    const bool wanted = options_.adopt || store_.wants_sweep();
    if (!wanted && !sweeper_.running()) return ok();
    const auto ended = sweeper_.advance(wanted, now);
    if (!ended) return ended.error();
    if (!ended.value()) return ok();
    ++sweeps_;
    const sequence::SweepId sweep = *ended.value();
    const bool adopt = std::exchange(options_.adopt, false);
    if (adopt) {
        for (auto& [home, subject] : store_.unsettled(/*with_gap=*/false)) {
            visits_.push_back({Kind::kAdopt, home, std::move(subject), sweep});
        }
        visits_.push_back({Kind::kAdopted, {}, {}, sweep});
    }
    for (auto& [home, subject] : store_.unsettled(/*with_gap=*/true)) {
        visits_.push_back({Kind::kSweepEnded, home, std::move(subject), sweep});
    }
    return ok();
}

Status GapKeeper::carry_out_visit(const Visit& visit, Instant now, const CarryOut& carry_out) {
    if (visit.kind == Kind::kAdopted) {
        adopted_ = true;
        return ok();
    }
    auto found = store_.find(visit.home, visit.subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    switch (visit.kind) {
        case Kind::kTick:
            sequencer_.tick(entry.subject, now, next_sweep());
            store_.touched(entry);
            return ok();
        case Kind::kPersist:
            sequencer_.tick(entry.subject, now, next_sweep());
            return carry_out(entry, {});
        case Kind::kSweepEnded:
            return carry_out(
                entry, sequencer_.sweep_ended(entry.subject, visit.sweep, now, next_sweep())
            );
        case Kind::kAdopt: return carry_out(entry, sequencer_.adopt(entry.subject, now));
        case Kind::kAdopted: break;
    }
    SLUICE_UNREACHABLE();
}

Milliseconds GapKeeper::idle_for() const {
    if (busy()) return Milliseconds{0};
    const bool sweeping = sweeper_.running() || options_.adopt || store_.wants_sweep();
    return sweeping ? kSweepRunning : kNothingToDo;
}

bool GapKeeper::take_adopted() {
    return std::exchange(adopted_, false);
}

}  // namespace sluice::runtime
