#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "log/log.hpp"
#include "runtime/subjects/history_queue.hpp"
#include "runtime/subjects/waiting_index.hpp"
#include "runtime/subjects/waiting_table.hpp"
#include "sequence/history.hpp"
#include "sequence/subject.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::runtime {

/// The sequencer's state in group `sequencer.<domain>` (docs/formats/sequencer-state.md).
namespace table {
inline constexpr log::Table kSubjects{1, log::Restore::kFold};  ///< subject -> history
inline constexpr log::Table kWaiting{
    2, log::Restore::kChangelog};  ///< subject -> head of what is not released
inline constexpr log::Table kTombstones{3, log::Restore::kFold};  ///< hash of subject -> tombstone
inline constexpr log::Table kClosings{4, log::Restore::kFold};    ///< closed at, subject -> nothing
inline constexpr log::Table kDomain{5, log::Restore::kChangelog};         ///< about the domain
inline constexpr log::Table kTrueUntil{6, log::Restore::kFold};           ///< history_fold.hpp
inline constexpr log::Table kWaitingEvents{7, log::Restore::kChangelog};  ///< waiting_table.hpp
}  // namespace table

inline constexpr std::string_view kAdoptionKey = "adoption";    ///< in `kDomain`: due or done
inline constexpr std::string_view kFactsKey = "facts";          ///< in `kDomain`: domain_facts.hpp
inline constexpr std::string_view kHistoriesKey = "histories";  ///< in `kTrueUntil`

[[nodiscard]] std::string tombstone_key(std::string_view subject);

/// | closed_at u64 big-endian, milliseconds | subject |: ascending by time.
[[nodiscard]] std::string closing_key(Instant closed_at, std::string_view subject);
[[nodiscard]] std::optional<std::pair<Instant, std::string>> parse_closing_key(std::string_view key
);

/// A subject in memory, and what the store knows of it.
struct SubjectEntry {
    std::string_view name;  ///< the map's key
    HomeId home;
    sequence::Subject subject;
    Boxed<sequence::Tombstone> tombstone;  ///< all that is stored of it
    std::optional<Instant> closing;        ///< the stored timer
    bool reopened{false};                  ///< `subject` is made from the tombstone already
    bool entombed_now{false};  ///< the next step puts the tombstone in the subject's place
    bool dirty{false};
    bool ahead{false};            ///< its history is not stored as it stands; see HistoryQueue
    bool queued{false};           ///< it has a place there
    Position known;               ///< the last position that the store has been told of
    StoredWaiting stored;         ///< of what waits
    Boxed<Standing> standing;     ///< as the index counts it
    std::size_t cached_bytes{0};  ///< of what waits, as counted
};

/// Of the subjects in memory.
struct CacheLimits {
    std::size_t subjects_max{200'000};
    std::size_t waiting_bytes_max{std::size_t{64} << 20};  ///< of the events that wait in them
};

/// The subjects of a task's homes: the ones used lately in memory, all of them in the lease's
/// state. What a step changes is an overlay until the step is certain: `write` puts it into the
/// step, `committed` makes it the truth; after anything else the store is thrown away and loaded
/// anew. What waits is written with the step that changes it, and so is a tombstone; a history
/// later (HistoryQueue), since the ordered topic holds it.
/// Threads:  the task's only.
/// Lifetime: the lease outlives it. An entry lives until the next `committed`.
/// Failure:  kCorrupt for what cannot be read, with the subject's name.
/// Limits:   CacheLimits, about; HistoryLimits; and some 40 bytes for each subject that waits.
class SubjectStore {
public:
    struct Options {
        CacheLimits cached{};
        HistoryLimits histories{};
        std::string ordered_topic{};  ///< that the histories are a fold of
    };

    SubjectStore(log::Lease& lease, Options options);

    /// Reads which subjects wait. First call; what was released last is then still to be folded
    /// (history_fold.hpp).
    [[nodiscard]] Status load();

    /// What is done from now on is done at that time.
    void begin_step(Instant now) { now_ = now; }

    /// The subject as it stands after all that was done so far; new ones are empty.
    [[nodiscard]] Result<SubjectEntry*> find(HomeId home, const std::string& subject);

    /// The same, but what waits of it may be unread (waiting_room.hpp): the line of a subject may
    /// be long, and most that comes to its end needs only its head.
    [[nodiscard]] Result<SubjectEntry*> find_head(HomeId home, const std::string& subject);

    /// Of an entry that is unread: what lies in its line that could clash with the arrival.
    [[nodiscard]] Result<sequence::InLine> look_up(
        const SubjectEntry& entry, const sequence::Arrival& arrival
    ) const;

    /// Reads what waits of the entry, if it is unread.
    [[nodiscard]] Status read_line(SubjectEntry& entry);

    /// It may have changed: it goes into the next step.
    void changed(SubjectEntry& entry);

    /// Only its gap's clock has moved on, which need not be kept this time: an entry that leaves
    /// memory loses it. That the clock is over is kept, as all is that the index counts.
    void touched(SubjectEntry& entry);

    /// What stays of a closed subject goes into the next step instead of the subject.
    void entomb(SubjectEntry& entry, sequence::Tombstone tombstone);

    /// Of events that have come to wait since the last step: the next one writes them.
    [[nodiscard]] std::size_t dirty_bytes() const { return dirty_bytes_; }

    /// Takes in a record of the ordered topic, unless the subject's history has it already.
    /// kCorrupt when it does not follow.
    [[nodiscard]] Status replay(HomeId home, const sequence::OrderedFacts& facts);

    /// Puts into the step what has changed since the last `committed`: all that waits, and the
    /// histories that are due; and up to where the stored ones are true, if that has moved far or
    /// the step is not empty anyway.
    void write(log::Step& step, HistoryQueue::Due due = HistoryQueue::Due::kDue);

    void committed();

    enum class Which : std::uint8_t { kAll, kWithGap, kUnproven };  ///< of those that wait

    /// Such subjects of a home, ascending from `from` on, which moves behind the last that was
    /// looked at, or is empty at the end. Looks at `limit` heads, as of the last step: call it
    /// between two.
    [[nodiscard]] Result<std::vector<std::string>> unsettled(
        HomeId home, std::string& from, Which which, std::size_t limit
    ) const;

    [[nodiscard]] const std::vector<HomeId>& homes() const { return homes_; }

    [[nodiscard]] const WaitingIndex& waiting() const { return waiting_; }

    /// Subjects with waiting events that have left memory: they lie in the lease's state only.
    [[nodiscard]] std::uint64_t spilled() const { return spilled_; }

    /// Lines that had to be read back.
    [[nodiscard]] std::uint64_t lines_read() const { return lines_read_; }

    [[nodiscard]] std::size_t cached() const { return young_.size() + old_.size(); }

    [[nodiscard]] HistoryQueue& histories() { return histories_; }

    [[nodiscard]] const HistoryQueue& histories() const { return histories_; }

private:
    using Cache = std::unordered_map<std::string, SubjectEntry>;

    [[nodiscard]] SubjectEntry* cached_entry(const std::string& subject);
    [[nodiscard]] Status read(SubjectEntry& entry);
    [[nodiscard]] Status read_waiting_part(SubjectEntry& entry, const std::string& name);
    [[nodiscard]] ScanTable scan_of(HomeId home) const;
    void count_bytes(SubjectEntry& entry);
    void index(SubjectEntry& entry);
    void write_one(SubjectEntry& entry, std::vector<log::StateChange>& changes);
    std::size_t store_history(SubjectEntry& entry, std::vector<log::StateChange>& changes);
    void bury(SubjectEntry& entry, std::vector<log::StateChange>& changes);
    void store_histories(log::Step& step, HistoryQueue::Due due);
    void note_true_until(log::Step& step, bool even_so);

    log::Lease& lease_;
    std::vector<HomeId> homes_;
    CacheLimits limits_;
    std::string ordered_topic_;
    HistoryQueue histories_;
    Instant now_{};
    bool turning_{false};         ///< when this step is certain, `old_` goes
    Cache young_;                 ///< used since the last turn
    std::size_t young_bytes_{0};  ///< of what waits in them
    Cache old_;                   ///< not used since; goes at the next turn
    std::vector<SubjectEntry*> dirty_;
    std::size_t dirty_bytes_{0};
    WaitingIndex waiting_;
    std::uint64_t spilled_{0};
    std::uint64_t lines_read_{0};
    bool has_tombstones_{false};
};

}  // namespace sluice::runtime
