#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <utility>

namespace sluice::runtime {

/// The records of a partition from its first to where it ends now, one by one.
/// Threads:  one.
/// Lifetime: the log outlives it.
/// Failure:  those of the log; kUnavailable when it does not give what is there.
/// Limits:   a read's worth of records is held.
class PartitionReader {
public:
    PartitionReader(const log::Log& log, log::PartitionRef of, log::ReadLimits limits)
        : log_{log},
          of_{std::move(of)},
          limits_{limits} {}

    [[nodiscard]] Status open() {
        const auto ends = log_.ends(of_);
        if (!ends) return ends.error();
        next_ = ends.value().first;
        end_ = ends.value().committed;
        return fill();
    }

    /// Null at the end.
    [[nodiscard]] log::StoredRecord* front() {
        return at_ < records_.size() ? &records_[at_] : nullptr;
    }

    [[nodiscard]] Status pop() {
        ++at_;
        return at_ < records_.size() ? ok() : fill();
    }

    [[nodiscard]] const log::PartitionRef& of() const { return of_; }

private:
    /// A log on brokers may tell that there is more before it gives it.
    Status fill() {
        constexpr std::chrono::seconds kPatience{30};
        constexpr std::chrono::milliseconds kPause{5};
        at_ = 0;
        records_ = {};
        auto moved_at = std::chrono::steady_clock::now();
        while (next_ < end_ && records_.empty()) {
            auto read = log_.read(of_, next_, limits_);
            if (!read) return read.error();
            const auto now = std::chrono::steady_clock::now();
            if (read.value().next() > next_) {
                moved_at = now;
            } else if (now - moved_at > kPatience) {
                return nothing_comes();
            } else {
                log_.wait_for_change(log_.version(), kPause);
            }
            next_ = read.value().next();
            records_ = std::move(read.value());
        }
        return ok();
    }

    [[nodiscard]] Error nothing_comes() const {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "{}/{}: nothing comes from {}, and it ends at {}",
                of_.topic,
                of_.partition.value,
                next_.value,
                end_.value
            )};
    }

    const log::Log& log_;
    log::PartitionRef of_;
    log::ReadLimits limits_;
    Offset next_;
    Offset end_;
    log::Records records_;
    std::size_t at_{0};
};

}  // namespace sluice::runtime
