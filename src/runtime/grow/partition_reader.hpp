#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstddef>
#include <utility>

namespace sluice::runtime {

/// The records of a partition from its first to where it ends now, one by one.
/// Threads:  one.
/// Lifetime: the log outlives it.
/// Failure:  those of the log.
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
    Status fill() {
        at_ = 0;
        records_ = {};
        while (next_ < end_ && records_.empty()) {
            auto read = log_.read(of_, next_, limits_);
            if (!read) return read.error();
            if (read.value().next() == next_) return ok();
            next_ = read.value().next();
            records_ = std::move(read.value());
        }
        return ok();
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
