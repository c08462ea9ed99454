#include "runtime/subjects/subject_store.hpp"

#include "base/assert.hpp"
#include "base/big_endian.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/subjects/history_fold.hpp"
#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kTurnBytes = std::size_t{8} << 20;  // of histories, stored for one turn

/// A closed subject that begins at 1 after it was closed was forgotten in between: a new life.
bool begins_again(const SubjectEntry& entry, bool buried, const sequence::OrderedFacts& facts) {
    if (facts.position != Position{1}) return false;
    if (buried) return sequence::day_of(facts.released_at) > entry.tombstone->closed_day;
    const sequence::SubjectHistory& history = entry.subject.history;
    return history.closed && facts.released_at > history.closed_at;
}

}  // namespace

std::string tombstone_key(std::string_view subject) {
    std::string key;
    ByteWriter{key}.u64(hash64(subject));
    return key;
}

std::string closing_key(Instant closed_at, std::string_view subject) {
    std::string key;
    put_big_endian(key, static_cast<std::uint64_t>(closed_at.ms));
    key += subject;
    return key;
}

std::optional<std::pair<Instant, std::string>> parse_closing_key(std::string_view key) {
    if (key.size() < kTimeBytes) return std::nullopt;
    const std::uint64_t ms = get_big_endian(key.substr(0, kTimeBytes));
    return std::pair{Instant{static_cast<std::int64_t>(ms)}, std::string{key.substr(kTimeBytes)}};
}

SubjectStore::SubjectStore(log::Lease& lease, Options options)
    : lease_{lease},
      homes_{lease.homes().begin(), lease.homes().end()},
      limits_{options.cached},
      ordered_topic_{std::move(options.ordered_topic)},
      histories_{lease.homes(), options.histories} {}

void SubjectStore::changed(SubjectEntry& entry) {
    const std::size_t before = entry.cached_bytes;
    count_bytes(entry);
    if (entry.cached_bytes > before) dirty_bytes_ += entry.cached_bytes - before;
    index(entry);
    const Position last = entry.subject.history.last;
    const bool buried = entry.tombstone && !entry.reopened;
    if (!buried && last != std::exchange(entry.known, last)) histories_.put(entry, now_);
    if (entry.dirty) return;
    entry.dirty = true;
    dirty_.push_back(&entry);
}

void SubjectStore::entomb(SubjectEntry& entry, sequence::Tombstone tombstone) {
    SLUICE_ASSERT(entry.subject.settled());
    entry.subject = {};
    entry.known = tombstone.last;
    entry.tombstone = std::move(tombstone);
    entry.entombed_now = true;
    entry.reopened = false;
    has_tombstones_ = true;
    changed(entry);
}

void SubjectStore::touched(SubjectEntry& entry) {
    if (standing_of(entry.subject) != entry.standing) changed(entry);
}

void SubjectStore::index(SubjectEntry& entry) {
    Boxed<Standing> now = standing_of(entry.subject);
    waiting_.moved(entry.name, entry.standing, now);
    entry.standing = std::move(now);
}

Status SubjectStore::replay(HomeId home, const sequence::OrderedFacts& facts) {
    auto found = find_head(home, facts.subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    sequence::SubjectHistory& history = entry.subject.history;
    const bool buried = entry.tombstone && !entry.reopened;
    if (begins_again(entry, buried, facts)) {
        history = {};
        entry.known = {};
        entry.reopened = buried;
        if (buried) entry.tombstone->last = {};  // nothing of it is left: it goes
    } else if (!entry.ahead && facts.position <= entry.known) {
        return ok();  // stored with a later step than the offset was
    } else if (buried) {
        entry.subject = sequence::Sequencer::reopen(*entry.tombstone, facts.source);
        entry.reopened = true;
    }
    if (Status follows = sequence::apply(history, facts); !follows) return follows;
    changed(entry);
    return ok();
}

void SubjectStore::write(log::Step& step, HistoryQueue::Due due) {
    for (SubjectEntry* entry : dirty_) write_one(*entry, step.changes);
    store_histories(step, due);
    const bool all = due == HistoryQueue::Due::kAll;
    if (all || !step.empty()) note_true_until(step, all);
}

void SubjectStore::write_one(SubjectEntry& entry, std::vector<log::StateChange>& changes) {
    const bool as_buried = entry.tombstone && entry.subject.settled() &&
                           (!entry.reopened || entry.subject.history.last == entry.tombstone->last);
    if (std::exchange(entry.entombed_now, false) && as_buried) return bury(entry, changes);
    if (entry.tombstone && !as_buried) store_history(entry, changes);
    write_waiting(entry.home, entry.name, entry.subject, entry.stored, changes);
}

/// Answers how many bytes that takes, about.
std::size_t SubjectStore::store_history(
    SubjectEntry& entry, std::vector<log::StateChange>& changes
) {
    const std::string name{entry.name};
    const sequence::SubjectHistory& history = entry.subject.history;
    const auto change = [&](log::Table in, std::string key, std::optional<std::string> value) {
        changes.push_back({entry.home, in, std::move(key), std::move(value)});
    };
    const auto wanted = history.closed ? std::optional{history.closed_at} : std::nullopt;
    if (entry.closing != wanted) {
        if (entry.closing) {
            change(table::kClosings, closing_key(*entry.closing, name), std::nullopt);
        }
        if (wanted) change(table::kClosings, closing_key(*wanted, name), "");
        entry.closing = wanted;
    }
    if (entry.tombstone) {
        change(table::kTombstones, tombstone_key(name), std::nullopt);
        entry.tombstone.reset();
        entry.reopened = false;
    }
    std::string bytes = sequence::encode_history(history);
    const std::size_t size = name.size() + bytes.size();
    change(table::kSubjects, name, std::move(bytes));
    histories_.stored(entry);
    return size;
}

/// The tombstone takes the subject's place.
void SubjectStore::bury(SubjectEntry& entry, std::vector<log::StateChange>& changes) {
    const std::string name{entry.name};
    if (entry.closing) {
        changes.push_back(
            {entry.home, table::kClosings, closing_key(*entry.closing, name), std::nullopt}
        );
        entry.closing.reset();
    }
    changes.push_back({entry.home, table::kSubjects, name, std::nullopt});
    changes.push_back(
        {entry.home,
         table::kTombstones,
         tombstone_key(name),
         sequence::encode_tombstone(*entry.tombstone)}
    );
    histories_.stored(entry);
}

/// Those that are due; and, before the old part of the cache goes, all that are left in it.
void SubjectStore::store_histories(log::Step& step, HistoryQueue::Due due) {
    const auto store = [&](SubjectEntry& entry) { return store_history(entry, step.changes); };
    histories_.store_due(now_, due, store);
    turning_ =
        young_.size() > limits_.subjects_max / 2 || young_bytes_ > limits_.waiting_bytes_max / 2;
    if (!turning_) return;
    std::size_t bytes = 0;
    for (auto& [name, entry] : old_) {
        if (!entry.ahead) continue;
        if (bytes >= kTurnBytes) {
            turning_ = false;  // the rest with the steps to come
            return;
        }
        bytes += store(entry);
    }
}

/// The group consumes its own ordered partitions, so far: retention takes nothing that is still to
/// be folded.
void SubjectStore::note_true_until(log::Step& step, bool even_so) {
    for (const HomeId home : lease_.homes()) {
        if (!histories_.take_note(home, even_so)) continue;
        const Offset until = histories_.true_until(home);
        step.changes.push_back(
            {home, table::kTrueUntil, std::string{kHistoriesKey}, encode_true_until(until)}
        );
        step.consumed.push_back(
            {home, {ordered_topic_, PartitionId{home.value}}, until, /*folded=*/true}
        );
    }
}

void SubjectStore::committed() {
    for (SubjectEntry* entry : dirty_) {
        entry->dirty = false;
        entry->subject.waiting.forget_joined();
        count_bytes(*entry);
    }
    dirty_.clear();
    dirty_bytes_ = 0;
    if (!std::exchange(turning_, false)) return;
    for (auto& [name, entry] : old_) {
        SLUICE_ASSERT(!entry.ahead);
        entry.queued = false;
        if (entry.standing) ++spilled_;
    }
    histories_.turned();
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
}

}  // namespace sluice::runtime
