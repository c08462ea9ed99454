#include "runtime/sequencing/closed_keeper.hpp"

#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <utility>

namespace sluice::runtime {

namespace {}  // namespace

Status ClosedKeeper::advance(Instant now, std::vector<log::StateChange>& changes) {
    if (now >= looked_at_ && now - looked_at_ < options_.interval) return ok();
    looked_at_ = now;
    for (const HomeId home : lease_.homes()) {
        if (const Status done = entomb_due(home, now); !done) return done;
        if (const Status done = forget_due(home, now, changes); !done) return done;
    }
    return ok();
}

Status ClosedKeeper::entomb_due(HomeId home, Instant now) {
    const auto due = lease_.scan(home, table::kClosings, "", options_.visits_max);
    if (!due) return due.error();
    for (const auto& [key, unused] : due.value()) {
        const auto parsed = parse_closing_key(key);
        if (!parsed) return Error{ErrorCode::kCorrupt, "sequencer state: key of a closing"};
        const auto& [closed_at, subject] = *parsed;
        if (closed_at + options_.closed_kept > now) return ok();
        auto found = store_.find(home, subject);
        if (!found) return found.error();
        SubjectEntry& entry = *found.value();
        const sequence::SubjectHistory& history = entry.subject.history;
        if (!history.closed || history.closed_at != closed_at)
            continue;                                           // reopened: its timer goes
        if (entry.dirty || !entry.subject.settled()) continue;  // looked at again
        store_.entomb(entry, sequence::Sequencer::entomb(entry.subject));
        add(probe_.subjects_closed);
    }
    return ok();
}

Status ClosedKeeper::find_due(HomeId home, Instant now, Forgetting& forgetting) {
    auto page = lease_.scan(home, table::kTombstones, forgetting.from, options_.visits_max);
    if (!page) return page.error();
    const std::int64_t today = sequence::day_of(now);
    const std::int64_t kept_days = options_.tombstone_kept.count() / sequence::kDayMs;
    const bool more = page.value().size() == options_.visits_max;
    forgetting.from = more ? page.value().back().first + '\0' : std::string{};
    for (auto& [key, value] : page.value()) {
        const auto tombstone = sequence::decode_tombstone(value);
        if (!tombstone) return tombstone.error();
        if (tombstone.value().closed_day + kept_days >= today) continue;
        forgetting.due.emplace_back(std::move(key), std::move(value));
    }
    forgetting.end = store_.histories().end(home);
    return ok();
}

/// A tombstone goes with the step that says that no record of its subject is to be folded: a fold
/// that met one would not know what it follows.
Status ClosedKeeper::forget_due(HomeId home, Instant now, std::vector<log::StateChange>& changes) {
    Forgetting& forgetting = forgetting_[home];
    if (forgetting.due.empty()) {
        if (const Status found = find_due(home, now, forgetting); !found) return found;
    }
    if (forgetting.due.empty() || store_.histories().true_until(home) < forgetting.end) return ok();
    for (auto& [key, value] : std::exchange(forgetting.due, {})) {
        const auto still = lease_.get(home, table::kTombstones, key);
        if (!still) return still.error();
        if (still.value() != value) continue;  // its subject has come back meanwhile
        changes.push_back({home, table::kTombstones, std::move(key), std::nullopt});
    }
    store_.histories().ask_note(home);
    return ok();
}

}  // namespace sluice::runtime
