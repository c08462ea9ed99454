#include "runtime/subject_store.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/history_fold.hpp"
#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kTurnBytes = std::size_t{8} << 20;  // of histories, stored for one turn

std::optional<Instant> gap_since(const sequence::Subject& subject) {
    return subject.gap ? std::optional{subject.gap->opened_at} : std::nullopt;
}

bool wants_sweep_for(const sequence::Subject& subject) {
    return subject.gap.has_value() &&
           (!subject.gap->proven_at.has_value() || subject.gap->act_after.has_value());
}

}  // namespace

std::string tombstone_key(std::string_view subject) {
    std::string key;
    ByteWriter{key}.u64(hash64(subject));
    return key;
}

std::string closing_key(Instant closed_at, std::string_view subject) {
    std::string key;
    const auto ms = static_cast<std::uint64_t>(closed_at.ms);
    for (int shift = 56; shift >= 0; shift -= 8) {
        key.push_back(static_cast<char>((ms >> static_cast<unsigned>(shift)) & 0xFFU));
    }
    key += subject;
    return key;
}

std::optional<std::pair<Instant, std::string>> parse_closing_key(std::string_view key) {
    if (key.size() < kTimeBytes) return std::nullopt;
    std::uint64_t ms = 0;
    for (const char byte : key.substr(0, kTimeBytes)) {
        ms = (ms << 8) | static_cast<unsigned char>(byte);
    }
    return std::pair{Instant{static_cast<std::int64_t>(ms)}, std::string{key.substr(kTimeBytes)}};
}

SubjectStore::SubjectStore(log::Lease& lease, Options options)
    : lease_{lease},
      limits_{options.cached},
      ordered_topic_{std::move(options.ordered_topic)},
      histories_{lease.homes(), options.histories} {}

Status SubjectStore::load() {
    for (const HomeId home : lease_.homes()) {
        std::string from;
        while (true) {
            auto page = lease_.scan(home, table::kWaiting, from, kPage);
            if (!page) return page.error();
            for (const auto& [name, value] : page.value()) {
                const auto subject = sequence::decode_waiting(value, {});
                if (!subject) return subject.error().at(name);
                index(name, home, subject.value(), /*from_before=*/true);
            }
            if (page.value().size() < kPage) break;
            from = page.value().back().first + '\0';
        }
        const auto tombstone = lease_.scan(home, table::kTombstones, "", 1);
        if (!tombstone) return tombstone.error();
        if (!tombstone.value().empty()) has_tombstones_ = true;
    }
    return ok();
}

Result<SubjectEntry*> SubjectStore::find(HomeId home, const std::string& subject) {
    if (SubjectEntry* entry = cached_entry(subject); entry != nullptr) return entry;
    const auto [at, is_new] = young_.try_emplace(subject);
    SLUICE_ASSERT(is_new);
    SubjectEntry& entry = at->second;
    entry.name = at->first;
    entry.home = home;
    if (const Status done = read(entry); !done) {
        young_.erase(at);
        return done.error().at(subject);
    }
    histories_.entered(home);
    count_bytes(entry);
    return &entry;
}

SubjectEntry* SubjectStore::cached_entry(const std::string& subject) {
    if (const auto found = young_.find(subject); found != young_.end()) return &found->second;
    const auto aged = old_.find(subject);
    if (aged == old_.end()) return nullptr;
    auto inserted =
        young_.insert(old_.extract(aged));  // moves the node: the entry stays where it is
    SubjectEntry& entry = inserted.position->second;
    entry.cached_bytes = 0;
    histories_.entered(entry.home);
    count_bytes(entry);
    return &entry;
}

/// An event in memory is more than its bytes.
void SubjectStore::count_bytes(SubjectEntry& entry) {
    const sequence::WaitingRoom& waiting = entry.subject.waiting;
    const std::size_t bytes = waiting.bytes() + waiting.size() * sizeof(sequence::WaitingEvent);
    young_bytes_ += bytes - std::exchange(entry.cached_bytes, bytes);
}

Status SubjectStore::read(SubjectEntry& entry) {
    const std::string name{entry.name};
    const auto history = lease_.get(entry.home, table::kSubjects, name);
    if (!history) return history.error();
    if (history.value()) {
        auto decoded = sequence::decode_history(*history.value());
        if (!decoded) return decoded.error();
        entry.subject.history = std::move(decoded.value());
        entry.known = entry.subject.history.last;
        if (entry.subject.history.closed) entry.closing = entry.subject.history.closed_at;
    } else if (has_tombstones_) {
        const auto found = lease_.get(entry.home, table::kTombstones, tombstone_key(name));
        if (!found) return found.error();
        if (found.value()) {
            auto decoded = sequence::decode_tombstone(*found.value());
            if (!decoded) return decoded.error();
            entry.tombstone = std::move(decoded.value());
            entry.known = entry.tombstone->last;
        }
    }
    const auto unsettled = unsettled_.find(name);
    if (unsettled == unsettled_.end()) return ok();
    const auto waiting = lease_.get(entry.home, table::kWaiting, name);
    if (!waiting) return waiting.error();
    if (!waiting.value()) return ok();
    auto subject = sequence::decode_waiting(*waiting.value(), std::move(entry.subject.history));
    if (!subject) return subject.error();
    entry.subject = std::move(subject.value());
    entry.waits_stored = true;
    if (unsettled->second.from_before) sequence::Sequencer::restored(entry.subject);
    return ok();
}

void SubjectStore::changed(SubjectEntry& entry) {
    count_bytes(entry);
    if (!entry.subject.settled()) {
        index(std::string{entry.name}, entry.home, entry.subject, /*from_before=*/false);
    } else if (entry.waits_stored || entry.dirty) {
        forget(std::string{entry.name});
    } else if (!entry.tombstone && entry.subject.history.last == Position{}) {
        return;  // its event went aside, and nothing else is known of it
    }
    const Position last = entry.subject.history.last;
    const bool buried = entry.tombstone && !entry.reopened;
    if (!buried && last != std::exchange(entry.known, last)) histories_.put(entry, now_);
    if (entry.dirty) return;
    entry.dirty = true;
    dirty_.push_back(&entry);
    dirty_bytes_ += entry.subject.waiting.bytes();
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

void SubjectStore::touched(const SubjectEntry& entry) {
    const auto found = unsettled_.find(std::string{entry.name});
    if (found != unsettled_.end()) {
        index(found->first, entry.home, entry.subject, found->second.from_before);
    }
}

void SubjectStore::index(
    const std::string& name, HomeId home, const sequence::Subject& subject, bool from_before
) {
    Unsettled& kept = unsettled_[name];
    waiting_events_ += subject.waiting.size() - std::exchange(kept.waiting, subject.waiting.size());
    const bool wants_sweep = wants_sweep_for(subject);
    wanting_sweep_ +=
        (wants_sweep ? 1U : 0U) - (std::exchange(kept.wants_sweep, wants_sweep) ? 1U : 0U);
    const auto since = gap_since(subject);
    move_gap(std::exchange(kept.gap_since, since), since);
    census_.count(kept.counted, &subject);
    kept.home = home;
    kept.from_before = from_before;
}

void SubjectStore::forget(const std::string& name) {
    const auto found = unsettled_.find(name);
    if (found == unsettled_.end()) return;
    Unsettled& kept = found->second;
    waiting_events_ -= kept.waiting;
    if (kept.wants_sweep) --wanting_sweep_;
    move_gap(kept.gap_since, std::nullopt);
    census_.count(kept.counted, nullptr);
    unsettled_.erase(found);
}

void SubjectStore::move_gap(std::optional<Instant> from, std::optional<Instant> to) {
    if (from == to) return;
    if (from) gaps_since_.erase(gaps_since_.find(*from));
    if (to) gaps_since_.insert(*to);
}

/// A tombstone's subject that begins again at 1 was forgotten in between: a new life.
Status SubjectStore::replay(HomeId home, const sequence::OrderedFacts& facts) {
    auto found = find(home, facts.subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    sequence::SubjectHistory& history = entry.subject.history;
    const bool buried = entry.tombstone && !entry.reopened;
    const bool again = facts.position == Position{1} && (buried || history.closed);
    if (again) {
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
    const std::string waiting = sequence::encode_waiting(entry.subject);
    const bool as_buried = entry.tombstone && waiting.empty() &&
                           (!entry.reopened || entry.subject.history.last == entry.tombstone->last);
    if (std::exchange(entry.entombed_now, false) && as_buried) return bury(entry, changes);
    if (entry.tombstone && !as_buried) store_history(entry, changes);
    if (!waiting.empty()) {
        changes.push_back({entry.home, table::kWaiting, std::string{entry.name}, waiting});
    } else if (entry.waits_stored) {
        changes.push_back({entry.home, table::kWaiting, std::string{entry.name}, std::nullopt});
    }
    entry.waits_stored = !waiting.empty();
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
        step.consumed.push_back({home, {ordered_topic_, PartitionId{home.value}}, until});
    }
}

void SubjectStore::committed() {
    for (SubjectEntry* entry : dirty_) entry->dirty = false;
    dirty_.clear();
    dirty_bytes_ = 0;
    if (!std::exchange(turning_, false)) return;
    for (auto& [name, entry] : old_) {
        SLUICE_ASSERT(!entry.ahead);
        entry.queued = false;
        if (!unsettled_.empty()) spilled_ += unsettled_.count(name);
    }
    histories_.turned();
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
}

std::vector<std::pair<HomeId, std::string>> SubjectStore::unsettled(bool with_gap) const {
    std::vector<std::pair<HomeId, std::string>> found;
    for (const auto& [name, state] : unsettled_) {
        if (state.gap_since || !with_gap) found.emplace_back(state.home, name);
    }
    return found;
}

}  // namespace sluice::runtime
