#include "runtime/closed_keeper.hpp"

#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

namespace sluice::runtime {

namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

}  // namespace

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
            continue;                            // reopened: its timer goes
        if (!entry.subject.settled()) continue;  // something waits; looked at again
        store_.entomb(entry, sequence::Sequencer::entomb(entry.subject));
        add(probe_.subjects_closed);
    }
    return ok();
}

Status ClosedKeeper::forget_due(HomeId home, Instant now, std::vector<log::StateChange>& changes) {
    std::string& from = forget_from_[home];
    const auto page = lease_.scan(home, table::kTombstones, from, options_.visits_max);
    if (!page) return page.error();
    const std::int64_t today = now.ms / kDayMs;
    const std::int64_t kept_days = options_.tombstone_kept.count() / kDayMs;
    for (const auto& [key, value] : page.value()) {
        const auto tombstone = sequence::decode_tombstone(value);
        if (!tombstone) return tombstone.error();
        if (tombstone.value().closed_day + kept_days >= today) continue;
        changes.push_back({home, table::kTombstones, key, std::nullopt});
    }
    const bool more = page.value().size() == options_.visits_max;
    from = more ? page.value().back().first + '\0' : std::string{};
    return ok();
}

}  // namespace sluice::runtime
