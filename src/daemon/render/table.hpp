#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// Rows of text in aligned columns, for people. Control characters of a cell are shown as '?', so
/// that no payload steers a terminal.
/// Threads: one.   Limits: holds what it shows.
class Table {
public:
    /// A head that begins with '>' is of a column of numbers: aligned to the right.
    explicit Table(std::vector<std::string> heads);

    void add(std::vector<std::string> cells);

    [[nodiscard]] bool empty() const { return rows_.size() == 1; }

    /// Ends each row with a line break; no blanks before it.
    [[nodiscard]] std::string text() const;

    /// The rows alone.
    [[nodiscard]] std::string text_without_heads() const;

    /// As wide as the other one, at least: pages of one listing stay aligned.
    void widen(const Table& other);

private:
    [[nodiscard]] std::string text_from(std::size_t first) const;

    std::vector<bool> right_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<std::string>> rows_;  ///< the first are the heads
};

/// Without control characters.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sluice::daemon
