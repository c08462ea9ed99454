#pragma once

#include "runtime/domain/notice.hpp"
#include "runtime/domain/waiting_census.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace sluice::runtime {

using Counter = std::atomic<std::uint64_t>;

/// Adds, for counters that one thread writes and any reads.
inline void add(Counter& counter, std::uint64_t by = 1) {
    counter.fetch_add(by, std::memory_order_relaxed);
}

inline void raise_to(Counter& highest, std::uint64_t value) {
    if (value > highest.load(std::memory_order_relaxed)) {
        highest.store(value, std::memory_order_relaxed);
    }
}

/// How long something took each time, by the bounds that OpenTelemetry gives for messaging.
/// Threads: written by one, read by any.
struct Durations {
    static constexpr std::array<std::uint64_t, 14> kBoundsMicros{
        5'000,
        10'000,
        25'000,
        50'000,
        75'000,
        100'000,
        250'000,
        500'000,
        750'000,
        1'000'000,
        2'500'000,
        5'000'000,
        7'500'000,
        10'000'000};

    std::array<Counter, kBoundsMicros.size() + 1> counts{};  ///< the last takes the rest
    Counter sum_micros{0};

    void took(std::chrono::steady_clock::duration duration) {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
        const auto micros = static_cast<std::uint64_t>(us);
        std::size_t bucket = 0;
        while (bucket < kBoundsMicros.size() && micros > kBoundsMicros[bucket]) ++bucket;
        add(counts[bucket]);
        add(sum_micros, micros);
    }
};

/// What is missing for the most subjects of a task.
/// Threads:  any.
/// Limits:   kMax gaps.
class SharedGapsNow {
public:
    static constexpr std::size_t kMax = 16;

    void set(std::vector<SharedGap> gaps) {
        const std::lock_guard lock{mutex_};
        gaps_ = std::move(gaps);
    }

    [[nodiscard]] std::vector<SharedGap> get() const {
        const std::lock_guard lock{mutex_};
        return gaps_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<SharedGap> gaps_;
};

/// What a sequencing task counts; one per task. Since the start of the process, unless it says
/// `_now`.
struct SequencingProbe {
    Counter read{0};      ///< records, of channels and repartition
    Counter released{0};  ///< events written to the ordered topic
    Counter waited{0};    ///< released after they had waited
    Counter waiting_now{0};
    Counter waiting_subjects_now{0};
    Counter gaps_now{0};           ///< subjects with a gap
    Counter gap_oldest_ms_now{0};  ///< when the oldest of them opened; 0: there is none
    Counter waiting_max{0};        ///< the most that waited at one time
    Counter waited_ms_max{0};      ///< the longest wait of a released event
    Counter duplicates{0};
    Counter duplicates_not_compared{0};
    Counter conflicts{0};
    Counter late{0};
    Counter flooded{0};
    Counter flooded_source{0};      ///< of them, because too much of their source waited
    Counter source_fullest_now{0};  ///< per mille of what may wait of one source
    Counter unreadable{0};          ///< aside without a place
    Counter invalid{0};             ///< released with the mark `subjectinvalid`
    Counter invalid_warned{0};      ///< validation `warn`: passed on
    Counter repartitioned{0};
    Counter foreign{0};  ///< types that are not the domain's on a shared channel
    Counter tombstones{0};
    Counter gaps_skipped{0};
    Counter gaps_parked{0};
    Counter adopted{0};
    Counter sweeps{0};
    Counter steps{0};
    Durations commits;    ///< of steps
    Counter reopened{0};  ///< leases taken after the first: fenced, or an unknown outcome
    Counter subjects_cached_now{0};
    Counter subjects_cached_max{0};
    Counter subjects_spilled{0};     ///< with waiting events, gone from memory
    Counter histories_ahead_now{0};  ///< of subjects, not stored yet
    Counter histories_folded{0};     ///< ordered records read at openings
    Counter subjects_closed{0};
    Counter retention_deleted{0};
    Counter retention_held_now{0};  ///< records that should go, and that a subscription still needs
    Counter alive_ms{0};            ///< when it last began a step, or looked for one
    SharedGapsNow shared_gaps;
    Notify notify;  ///< set before the task runs
};

/// What a subscription counts.
struct SubscriptionProbe {
    Counter delivered{0};
    Counter passed{0};
    Counter unjudged{0};  ///< passed over because the filter could not judge them
    Counter retried{0};
    Counter parked_now{0};
    Counter parked_oldest_ms_now{0};  ///< since when the first of them stands; 0: there is none
    Counter retrying_now{0};
    Counter paused_now{0};            ///< subjects, by hand
    Counter standing_now{0};          ///< homes on which all of it is paused by hand
    Counter breaker_since_ms_now{0};  ///< since when its sink fails for all; 0: it does not
    Counter backlog_events_now{0};
    Counter backlog_bytes_now{0};
    Counter in_flight_now{0};
    Counter in_flight_bytes_now{0};
    Counter backlog_alarm_now{0};  ///< 1: its backlogs have reached 80 % of their limit
    Counter breaker_open_now{0};   ///< 1: its sink fails for all; it pauses, and tries now and then
    Counter holes{0};              ///< holes and reused positions in the ordered topic
    Counter full_now{0};           ///< homes on which it stands still because its backlog is full
    Durations deliveries;          ///< calls of the sink
    Counter runs{0};
    Counter alive_ms{0};  ///< when it last looked for what to do
    Counter parked{0};    ///< times that a subject was parked
    Notify notify;        ///< set before it runs
};

}  // namespace sluice::runtime
