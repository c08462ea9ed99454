#include "base/assert.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <utility>

// What the store reads: at the opening, when a subject is asked for, and for its keepers.

namespace sluice::runtime {

namespace {

constexpr std::size_t kReadPage = 1'000;
constexpr std::size_t kEventBytes = 2 * sizeof(sequence::WaitingEvent);  // with its indexes, about

bool is_such(const sequence::Subject& subject, SubjectStore::Which which) {
    switch (which) {
        case SubjectStore::Which::kAll: return true;
        case SubjectStore::Which::kWithGap: return subject.gap.has_value();
        case SubjectStore::Which::kUnproven: return subject.gap && !subject.gap->proven_at;
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

Status SubjectStore::load() {
    for (const HomeId home : homes_) {
        std::string from;
        while (true) {
            auto page = lease_.scan(home, table::kWaiting, from, kReadPage);
            if (!page) return page.error();
            for (const auto& [name, value] : page.value()) {
                const auto head = sequence::decode_head(value);
                if (!head) return head.error().at(name);
                const Boxed<Standing> known = standing_of(head.value().subject);
                Standing standing = known ? *known : Standing{};
                standing.share.add(head.value().conflicts);
                waiting_.loaded(name, standing);
            }
            if (page.value().size() < kReadPage) break;
            from = page.value().back().first + '\0';
        }
        const auto tombstone = lease_.scan(home, table::kTombstones, "", 1);
        if (!tombstone) return tombstone.error();
        if (!tombstone.value().empty()) has_tombstones_ = true;
    }
    return ok();
}

Result<SubjectEntry*> SubjectStore::find(HomeId home, const std::string& subject) {
    auto found = find_head(home, subject);
    if (!found) return found;
    if (const Status read = read_line(*found.value()); !read) return read.error();
    return found;
}

Result<SubjectEntry*> SubjectStore::find_head(HomeId home, const std::string& subject) {
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
    std::size_t bytes = 0;
    if (waiting.is_read()) {
        bytes = waiting.bytes() + waiting.size() * kEventBytes;
    } else {
        for (const sequence::WaitingEvent& one : waiting.joined()) {
            bytes += one.arrival.size_bytes() + kEventBytes;
        }
    }
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
    return waiting_.may_wait(name) ? read_waiting_part(entry, name) : ok();
}

Status SubjectStore::read_waiting_part(SubjectEntry& entry, const std::string& name) {
    const auto head = lease_.get(entry.home, table::kWaiting, name);
    if (!head) return head.error();
    if (!head.value()) return ok();
    auto decoded = sequence::decode_head(*head.value());
    if (!decoded) return decoded.error();
    sequence::SubjectHistory history = std::move(entry.subject.history);
    if (decoded.value().conflicts.events() == 0) {
        entry.subject = std::move(decoded.value().subject);
        entry.subject.history = std::move(history);
    } else {  // an arrival is compared with each
        auto whole = read_waiting(scan_of(entry.home), name, *head.value(), std::move(history));
        if (!whole) return whole.error();
        entry.subject = std::move(whole.value());
        ++lines_read_;
    }
    entry.stored = stored_of(entry.subject);
    entry.standing = standing_of(entry.subject);
    if (waiting_.from_before(name)) sequence::Sequencer::restored(entry.subject);
    return ok();
}

ScanTable SubjectStore::scan_of(HomeId home) const {
    return [this, home](log::Table in, std::string_view from, std::size_t limit) {
        return lease_.scan(home, in, from, limit);
    };
}

Result<sequence::InLine> SubjectStore::look_up(
    const SubjectEntry& entry, const sequence::Arrival& arrival
) const {
    const HasEvent has = [&](std::string_view key) -> Result<bool> {
        const auto found = lease_.get(entry.home, table::kWaitingEvents, key);
        if (!found) return found.error().at(entry.name);
        return found.value().has_value();
    };
    return runtime::look_up(has, entry.subject, arrival);
}

Status SubjectStore::read_line(SubjectEntry& entry) {
    if (entry.subject.waiting.is_read()) return ok();
    Status read = runtime::read_line(scan_of(entry.home), entry.name, entry.subject.waiting);
    if (!read) return read.error().at(entry.name);
    ++lines_read_;
    count_bytes(entry);
    return ok();
}

Result<std::vector<std::string>> SubjectStore::unsettled(
    HomeId home, std::string& from, Which which, std::size_t limit
) const {
    const auto page = lease_.scan(home, table::kWaiting, from, limit);
    if (!page) return page.error();
    from = page.value().size() < limit ? std::string{} : page.value().back().first + '\0';
    std::vector<std::string> names;
    for (const auto& [name, value] : page.value()) {
        const auto head = sequence::decode_head(value);
        if (!head) return head.error().at(name);
        if (is_such(head.value().subject, which)) names.push_back(name);
    }
    return names;
}

}  // namespace sluice::runtime
