#include "runtime/sequencing/closed_keeper.hpp"

#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::runtime {

namespace {

/// So often it is looked from the first: at those that could not go, and at those that closed, by a
/// clock that was set back, before others that are gone.
constexpr std::uint64_t kLooksFromTheFirst = 60;

}  // namespace

Status ClosedKeeper::advance(Instant now, std::vector<log::StateChange>& changes) {
    if (now >= looked_at_ && now - looked_at_ < options_.interval) return ok();
    looked_at_ = now;
    if (++looks_ % kLooksFromTheFirst == 0) closings_from_.clear();
    for (const HomeId home : lease_.homes()) {
        if (const Status done = entomb_due(home, now); !done) return done;
        if (const Status done = forget_due(home, now, changes); !done) return done;
    }
    return ok();
}

/// Goes on where the last look ended: a scan from the first would walk over what is gone, as long
/// as the store has not cleaned it away, and stop at many that cannot go yet.
Status ClosedKeeper::entomb_due(HomeId home, Instant now) {
    std::string& from = closings_from_[home];
    const auto page = lease_.scan(home, table::kClosings, from, options_.visits_max);
    if (!page) return page.error();
    for (const auto& [key, unused] : page.value()) {
        const auto parsed = parse_closing_key(key);
        if (!parsed) return Error{ErrorCode::kCorrupt, "sequencer state: key of a closing"};
        const auto& [closed_at, subject] = *parsed;
        from = key;
        if (closed_at + options_.closed_kept > now) return ok();
        if (Status looked = entomb(home, subject, closed_at); !looked) return looked;
        from += '\0';  // behind it
    }
    return ok();
}

/// Unless it was reopened, then its timer goes; or cannot go yet, then it is looked at again.
Status ClosedKeeper::entomb(HomeId home, const std::string& subject, Instant closed_at) {
    auto found = store_.find(home, subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    const sequence::SubjectHistory& history = entry.subject.history;
    const bool is_its_timer = history.closed && history.closed_at == closed_at;
    if (!is_its_timer || entry.dirty || !entry.subject.settled()) return ok();
    store_.entomb(entry, sequence::Sequencer::entomb(entry.subject));
    add(probe_.subjects_closed);
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
