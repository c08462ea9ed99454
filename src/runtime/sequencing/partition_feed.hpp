#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace sluice::runtime {

/// Reads one partition in order, some records ahead.
/// Threads:  one at a time.
/// Lifetime: the Log outlives it.
/// Failure:  kNotFound when retention has taken what was not read: reading never jumps by
///           itself.
/// Limits:   at most one read of `limits` lies in memory.
class PartitionFeed {
public:
    PartitionFeed(const log::Log& log, log::PartitionRef from, Offset next, log::ReadLimits limits)
        : log_{&log},
          from_{std::move(from)},
          next_{next},
          limits_{limits} {}

    /// Reads on when nothing lies ready, unless the log has stood at this version since the end was
    /// met.
    [[nodiscard]] Status fill(std::uint64_t version);

    [[nodiscard]] bool empty() const { return ready_.empty(); }

    /// The record that `take` will give, which must be there.
    [[nodiscard]] const log::StoredRecord& front() const { return ready_.front(); }

    [[nodiscard]] log::StoredRecord take();

    /// The first offset not yet taken.
    [[nodiscard]] Offset next() const { return next_; }

    /// The first offset behind all that lies ready.
    [[nodiscard]] Offset behind() const { return ready_.empty() ? next_ : behind_; }

    [[nodiscard]] const log::PartitionRef& from() const { return from_; }

private:
    const log::Log* log_;
    log::PartitionRef from_;
    Offset next_;
    log::ReadLimits limits_;
    std::deque<log::StoredRecord> ready_;
    Offset behind_;  ///< where reading goes on when all of `ready_` is taken
    std::optional<std::uint64_t> ended_at_;
};

}  // namespace sluice::runtime
