#include "runtime/sequencing/gap_keeper.hpp"

#include "base/assert.hpp"

#include <iterator>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr Milliseconds kSweepRunning{5};
constexpr Milliseconds kNothingToDo{100};
constexpr std::size_t kGapPage = 500;
constexpr std::size_t kPageVisits = 50;  // what reading a page costs, in visits

}  // namespace

GapKeeper::GapKeeper(
    const sequence::Sequencer& sequencer, SubjectStore& store, Sweeper sweeper, Options options
)
    : sequencer_{sequencer},
      store_{store},
      sweeper_{std::move(sweeper)},
      options_{options} {}

Status GapKeeper::advance(Instant now, const CarryOut& carry_out) {
    if (rounds_.empty()) {
        if (const Status swept = advance_sweep(now); !swept) return swept;
    }
    if (rounds_.empty()) plan_ticks(now);
    std::size_t visits = 0;
    while (visits < options_.visits_max && store_.dirty_bytes() <= options_.dirty_bytes_max) {
        if (page_.empty()) {
            const auto more = next_page();
            if (!more) return more.error();
            if (!more.value()) break;
            visits += kPageVisits;
            continue;
        }
        const std::string subject = std::move(page_.front());
        page_.pop_front();
        ++visits;
        if (const Status visited = visit(subject, now, carry_out); !visited) return visited;
    }
    return ok();
}

/// Answers whether there is one: of this round or of the next.
Result<bool> GapKeeper::next_page() {
    if (rounds_.empty()) return false;
    if (from_.empty() && page_done_ && ++home_ == store_.homes().size()) {
        end_round();
        return !rounds_.empty();
    }
    if (rounds_.front().kind == Kind::kAdopt) {
        page_ = std::exchange(to_adopt_[home_], {});
        page_done_ = true;
        return true;
    }
    auto page = store_.unsettled(store_.homes()[home_], from_, to_visit(), kGapPage);
    if (!page) return page.error();
    page_.assign(
        std::make_move_iterator(page.value().begin()), std::make_move_iterator(page.value().end())
    );
    page_done_ = true;
    return true;
}

/// A gap that is proven, and that no policy acts on, has nothing to learn from a sweep: it is not
/// even read. What a tick has noted is in memory only, so where the clock runs all are visited.
SubjectStore::Which GapKeeper::to_visit() const {
    const bool proving = rounds_.front().kind == Kind::kSweepEnded && !options_.clock_runs;
    return proving ? SubjectStore::Which::kUnproven : SubjectStore::Which::kWithGap;
}

void GapKeeper::end_round() {
    adopted_ = adopted_ || rounds_.front().kind == Kind::kAdopt;
    rounds_.pop_front();
    home_ = 0;
    page_done_ = false;
}

void GapKeeper::plan_ticks(Instant now) {
    const bool first = !ticked_at_.has_value();
    const bool soon = !first && now >= *ticked_at_ && now - *ticked_at_ < options_.tick_interval;
    if (soon || (!first && !options_.clock_runs)) return;
    ticked_at_ = now;
    const bool persist = now - persisted_at_ >= options_.persist_interval;
    if (persist) persisted_at_ = now;
    if (store_.waiting().gaps() > 0)
        rounds_.push_back({persist ? Kind::kPersist : Kind::kTick, {}});
}

Status GapKeeper::advance_sweep(Instant now) {
    const bool wanted = options_.adopt || store_.waiting().wants_sweep();
    if (!wanted && !sweeper_.running()) return ok();
    const auto ended = sweeper_.advance(wanted, now);
    if (!ended) return ended.error();
    if (!ended.value()) return ok();
    ++sweeps_;
    const sequence::SweepId sweep = *ended.value();
    if (std::exchange(options_.adopt, false)) {
        if (const Status found = find_to_adopt(); !found) return found;
        rounds_.push_back({Kind::kAdopt, sweep});
    }
    rounds_.push_back({Kind::kSweepEnded, sweep});
    return ok();
}

/// By name, once: who comes to wait from now on is no older than the channels' beginnings.
Status GapKeeper::find_to_adopt() {
    to_adopt_.assign(store_.homes().size(), {});
    for (std::size_t i = 0; i < to_adopt_.size(); ++i) {
        std::string from;
        do {
            auto page =
                store_.unsettled(store_.homes()[i], from, SubjectStore::Which::kAll, kGapPage);
            if (!page) return page.error();
            for (std::string& name : page.value()) to_adopt_[i].push_back(std::move(name));
        } while (!from.empty());
    }
    return ok();
}

Status GapKeeper::visit(const std::string& subject, Instant now, const CarryOut& carry_out) {
    auto found = store_.find_head(store_.homes()[home_], subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    const Round& round = rounds_.front();
    const bool may_release = round.kind == Kind::kAdopt ||
                             (round.kind == Kind::kSweepEnded &&
                              sequence::Sequencer::sweep_may_act(entry.subject, round.sweep));
    if (may_release) {
        if (Status read = store_.read_line(entry); !read) return read;
    }
    switch (round.kind) {
        case Kind::kTick:
            sequencer_.tick(entry.subject, now, next_sweep());
            store_.touched(entry);
            return ok();
        case Kind::kPersist:
            sequencer_.tick(entry.subject, now, next_sweep());
            return carry_out(entry, {});
        case Kind::kSweepEnded:
            return carry_out(
                entry, sequencer_.sweep_ended(entry.subject, round.sweep, now, next_sweep())
            );
        case Kind::kAdopt: return carry_out(entry, sequencer_.adopt(entry.subject, now));
    }
    SLUICE_UNREACHABLE();
}

Milliseconds GapKeeper::idle_for() const {
    if (busy()) return Milliseconds{0};
    const bool sweeping = sweeper_.running() || options_.adopt || store_.waiting().wants_sweep();
    return sweeping ? kSweepRunning : kNothingToDo;
}

bool GapKeeper::take_adopted() {
    return std::exchange(adopted_, false);
}

}  // namespace sluice::runtime
