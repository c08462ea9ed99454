#pragma once

#include <sluice/result.hpp>

#include "daemon/operations/backend.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::daemon {

/// Where a reader of a whole topic stands: "<partition>-<offset>" as text. All partitions below it
/// have been read to their ends.
struct Cursor {
    PartitionId partition;
    Offset offset;

    bool operator==(const Cursor&) const = default;

    [[nodiscard]] std::string text() const;

    /// kInvalidArgument for any other text.
    [[nodiscard]] static Result<Cursor> parse(std::string_view text);
};

/// What is read of a topic.
struct TopicQuery {
    std::string topic;
    std::optional<std::string> subject;
    Offset from;  ///< in each partition
    std::size_t limit{static_cast<std::size_t>(-1)};
};

/// Reads a topic page by page, partition after partition, each in its order; then, if asked to,
/// what is appended, as it comes.
/// Threads:  one.
/// Lifetime: the backend outlives it.
/// Limits:   holds one page.
class TopicReader {
public:
    TopicReader(const Backend& backend, TopicQuery query)
        : backend_{backend},
          query_{std::move(query)} {}

    /// kNotFound: no such topic.
    [[nodiscard]] Status open();

    /// Goes on where another reader stood.
    [[nodiscard]] Status open_at(const Cursor& cursor);

    /// Lines (record_line.hpp), over as many partitions as it takes; maybe none although there is
    /// more: `at_end` and `full` tell.
    [[nodiscard]] Result<std::vector<std::string>> next(std::size_t page_limit);

    /// All partitions have been read to the ends that they had.
    [[nodiscard]] bool at_end() const { return partition_ == offsets_.size(); }

    /// As many lines as asked for have been read.
    [[nodiscard]] bool full() const { return left_ == 0; }

    /// Waits a moment for something new; afterwards not `at_end` if there is.
    [[nodiscard]] Status wait();

    /// Of what was read first to last, without `wait`.
    [[nodiscard]] Cursor cursor() const;

private:
    const Backend& backend_;
    TopicQuery query_;
    std::size_t left_{0};
    std::uint64_t version_{0};
    std::vector<Offset> offsets_;  ///< next to be read, by partition
    std::size_t partition_{0};     ///< being read; the count of partitions: all have been
};

}  // namespace sluice::daemon
