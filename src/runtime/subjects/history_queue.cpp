#include "runtime/subjects/history_queue.hpp"

#include "base/assert.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::int64_t kNotesPerLimit = 8;

}  // namespace

HistoryQueue::HistoryQueue(std::span<const HomeId> homes, const HistoryLimits& limits)
    : limits_{limits},
      home_records_max_{
          static_cast<std::int64_t>(limits.records_max / std::max<std::size_t>(homes.size(), 1))} {
    for (const HomeId home : homes) {
        homes_.resize(std::max<std::size_t>(homes_.size(), home.value + std::size_t{1}));
    }
}

void HistoryQueue::put(SubjectEntry& entry, Instant now) {
    if (!std::exchange(entry.ahead, true)) ++ahead_;
    if (std::exchange(entry.queued, true)) return;
    Home& home = at(entry.home);
    home.slots.push_back({&entry, home.end, now, turn_});
    ++put_in_step_;
}

void HistoryQueue::stored(SubjectEntry& entry) {
    if (std::exchange(entry.ahead, false)) --ahead_;
}

bool HistoryQueue::is_due(const Home& home, const Slot& slot, Instant now) const {
    return home.end.value - slot.since.value >= home_records_max_ || now < slot.at ||
           now - slot.at >= limits_.age_max;
}

void HistoryQueue::store_due(Instant now, Due due, const StoreOne& store) {
    const std::size_t owed = std::exchange(put_in_step_, 0);
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < homes_.size(); ++i) {
        Home& home = homes_[(next_home_ + i) % homes_.size()];
        std::size_t pace = std::exchange(home.entered, 0);
        while (!home.slots.empty()) {
            const Slot slot = home.slots.front();
            if (slot.entry->ahead) {
                const bool paced = slot.turn != turn_ && pace > 0;
                if (due == Due::kDue && !paced && !is_due(home, slot, now)) break;
                if (bytes >= limits_.step_bytes_max && count >= owed) {
                    next_home_ = (next_home_ + i) % homes_.size();
                    return;
                }
                if (paced) --pace;
                bytes += store(*slot.entry);
                ++count;
                SLUICE_ASSERT(!slot.entry->ahead);
            }
            slot.entry->queued = false;
            home.slots.pop_front();
        }
    }
}

void HistoryQueue::turned() {
    ++turn_;
    for (Home& home : homes_) {
        std::erase_if(home.slots, [](const Slot& slot) { return !slot.entry->queued; });
    }
}

Offset HistoryQueue::true_until(HomeId home) const {
    for (const Slot& slot : at(home).slots) {
        if (slot.entry->ahead) return slot.since;
    }
    return at(home).end;
}

bool HistoryQueue::take_note(HomeId home, bool even_so) {
    Home& one = at(home);
    const Offset until = true_until(home);
    const bool asked = std::exchange(one.note_asked, false);
    if (until == one.noted) return false;
    const bool far = until.value - one.noted.value >= home_records_max_ / kNotesPerLimit;
    if (!even_so && !asked && !far && until != one.end) return false;
    one.noted = until;
    return true;
}

}  // namespace sluice::runtime
