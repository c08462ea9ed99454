#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What was brought back of a domain's ordered topic after retention had taken it: a topic beside
/// it, `<domain>.history`, with the same partitions. Each record is the ordered one, with the
/// offset that it had there in a header. Only rebuilds read it (docs/guide/rebuild.md).
[[nodiscard]] std::string history_topic(std::string_view domain);

/// Where an ordered record lay.
inline constexpr std::string_view kHistoryOffsetHeader = "sluice_history_offset";

/// In offsets of the ordered partition.
struct HistorySpan {
    Offset first;
    Offset end;  ///< behind the last

    bool operator==(const HistorySpan&) const = default;
};

/// Nothing: nothing of that partition was brought back.
[[nodiscard]] Result<std::optional<HistorySpan>> history_of(
    const log::Log& log, const log::PartitionRef& ordered
);

/// The first offset of an ordered partition that can be read without a hole from there on: what was
/// brought back counts if it reaches what is left.
[[nodiscard]] Result<Offset> oldest_of(
    const log::Log& log, const log::PartitionRef& ordered, const log::Ends& ends
);

/// The records from `at` on that retention took and that were brought back, with the offsets that
/// they had. Nothing: there is none.
[[nodiscard]] Result<std::optional<log::Records>> read_brought_back(
    const log::Log& log, const log::PartitionRef& ordered, Offset at, const log::ReadLimits& limits
);

/// Brings lines of `sluice read DOMAIN.ordered --json` into the history. What is there already is
/// passed over, so that an import that was interrupted is done again.
/// Threads:  one.
/// Lifetime: the log outlives it.
/// Failure:  kInvalidEvent says what is wrong with a line; nothing of it is kept, and the import
///           ends, since what follows would leave a hole. Other errors are the log's.
/// Limits:   `kBatchRecords` are written at a time.
class HistoryImport {
public:
    static constexpr std::size_t kBatchRecords = 500;

    /// kNotFound: there is no such domain.
    [[nodiscard]] static Result<HistoryImport> open(log::Log& log, const std::string& domain);

    /// An ordered event, and where it lay.
    [[nodiscard]] Status add(const Event& event, PartitionId partition, Offset offset);

    /// Writes what was added and not written yet.
    [[nodiscard]] Status write();

    [[nodiscard]] std::uint64_t imported() const { return imported_; }

    [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }

private:
    HistoryImport(log::Log& log, std::string domain) : log_{log}, domain_{std::move(domain)} {}

    [[nodiscard]] Status check(const Event& event, PartitionId partition, Offset offset);
    [[nodiscard]] bool is_there(PartitionId partition, Offset offset) const;

    log::Log& log_;
    std::string domain_;
    std::vector<std::optional<HistorySpan>> before_;  ///< what was there, by partition
    std::vector<std::optional<HistorySpan>> now_;
    std::map<std::string, std::uint64_t, std::less<>> positions_;  ///< of this import's subjects
    std::vector<log::Append> batch_;
    std::size_t batched_{0};
    std::uint64_t imported_{0};
    std::uint64_t passed_over_{0};
};

}  // namespace sluice::runtime
