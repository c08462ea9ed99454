#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

namespace sluice::runtime {

struct SubjectEntry;

/// When a history that a release has changed is stored. Until then it is in memory, and the ordered
/// topic has it for whoever takes the home over.
struct HistoryLimits {
    std::size_t records_max{500'000};  ///< ordered records, of all homes, that an opening folds,
                                       ///< about; 0: stored with the step that changes it
    Milliseconds age_max{10'000};      ///< so that closings are seen, and quiet domains open fast
    std::size_t step_bytes_max{
        std::size_t{16} << 20};  ///< stored with one step; but as many as it has changed
};

/// The subjects whose histories are ahead of what is stored, of each home in the order in which
/// they went ahead: so it is known up to which offset of the ordered partition the stored histories
/// are true.
/// Threads:  the task's only.
/// Lifetime: an entry outlives its place here; `turned` lets go of those that leave memory.
/// Limits:   HistoryLimits; what is due beyond `step_bytes_max` is stored with the steps to come.
class HistoryQueue {
public:
    /// Stores the history of an entry; answers about how many bytes that takes.
    using StoreOne = std::function<std::size_t(SubjectEntry&)>;

    enum class Due : std::uint8_t { kDue, kAll };

    HistoryQueue(std::span<const HomeId> homes, const HistoryLimits& limits);

    /// The home's ordered partition ends at `end` when the next step begins.
    void ends_at(HomeId home, Offset end) { at(home).end = end; }

    [[nodiscard]] Offset end(HomeId home) const { return at(home).end; }

    /// The history of `entry` has changed: it is ahead from the end of its home on.
    void put(SubjectEntry& entry, Instant now);

    /// It is as its home's state will be when the step is certain.
    void stored(SubjectEntry& entry);

    /// A subject has entered the young part of the cache: as many that are ahead since before the
    /// last turn shall be stored, so that the next turn finds none of them.
    void entered(HomeId home) { ++at(home).entered; }

    /// Stores those that are due, oldest first.
    void store_due(Instant now, Due due, const StoreOne& store);

    /// The cache has turned: entries that are not `queued` leave memory.
    void turned();

    /// All records below this offset are in the stored histories, if the step in hand is written.
    [[nodiscard]] Offset true_until(HomeId home) const;

    /// Whether `true_until` of the home is to be written down with this step: it is worth it, or
    /// was asked for. It then counts as written. `even_so`: whenever it has moved.
    [[nodiscard]] bool take_note(HomeId home, bool even_so);

    /// The next step shall write it down.
    void ask_note(HomeId home) { at(home).note_asked = true; }

    /// What is written down already, at the opening.
    void noted(HomeId home, Offset until) { at(home).noted = until; }

    [[nodiscard]] std::size_t ahead() const { return ahead_; }

private:
    struct Slot {
        SubjectEntry* entry;
        Offset since;
        Instant at;
        std::uint64_t turn;
    };

    struct Home {
        Offset end;
        Offset noted;
        bool note_asked{false};
        std::size_t entered{0};
        std::deque<Slot> slots;
    };

    [[nodiscard]] Home& at(HomeId home) { return homes_[home.value]; }

    [[nodiscard]] const Home& at(HomeId home) const { return homes_[home.value]; }

    [[nodiscard]] bool is_due(const Home& home, const Slot& slot, Instant now) const;

    HistoryLimits limits_;
    std::int64_t home_records_max_;
    std::vector<Home> homes_;  ///< by id; those of other tasks stay empty
    std::size_t next_home_{0};
    std::size_t ahead_{0};
    std::size_t put_in_step_{0};
    std::uint64_t turn_{0};
};

}  // namespace sluice::runtime
