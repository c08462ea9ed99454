#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "runtime/domain/probe.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// What becomes of closed subjects: a tombstone when they have been closed for `closed_kept`,
/// nothing when `tombstone_kept` is over and no record of theirs would be folded any more.
/// Threads:  the task's only.
/// Lifetime: lease and store outlive it.
/// Limits:   looks once per `interval`, at `visits_max` subjects and as many tombstones per
///           home.
class ClosedKeeper {
public:
    struct Options {
        Milliseconds closed_kept{0};
        Milliseconds tombstone_kept{0};
        Milliseconds interval{1'000};
        std::size_t visits_max{2'000};
    };

    ClosedKeeper(log::Lease& lease, SubjectStore& store, SequencingProbe& probe, Options options)
        : lease_{lease},
          store_{store},
          probe_{probe},
          options_{options} {}

    /// Between steps. Tombstones that go are put into `changes`; the rest goes by the store.
    [[nodiscard]] Status advance(Instant now, std::vector<log::StateChange>& changes);

private:
    /// Tombstones of a home that are due, and the end of its ordered partition when they were
    /// found so.
    struct Forgetting {
        std::string from;  ///< where the slow walk over the tombstones stands
        std::vector<std::pair<std::string, std::string>> due;
        Offset end;
    };

    Status entomb_due(HomeId home, Instant now);

    Status entomb(HomeId home, const std::string& subject, Instant closed_at);
    Status find_due(HomeId home, Instant now, Forgetting& forgetting);
    Status forget_due(HomeId home, Instant now, std::vector<log::StateChange>& changes);

    log::Lease& lease_;
    SubjectStore& store_;
    SequencingProbe& probe_;
    Options options_;
    Instant looked_at_{};
    std::uint64_t looks_{0};
    std::map<HomeId, std::string> closings_from_;  ///< those before it were looked at
    std::map<HomeId, Forgetting> forgetting_;
};

}  // namespace sluice::runtime
