#pragma once

#include <sluice/instance.hpp>

#include "commerce/chaos/early.hpp"
#include "commerce/oracle/compare.hpp"
#include "commerce/seedrule/summary.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::commerce {

/// What plain consumers did.
struct PlainCounts {
    std::uint64_t handled{};
    std::uint64_t duplicates{};
    std::uint64_t given_up{};
};

/// What a run came to.
struct RunSummary {
    bool unordered{false};
    Summary input;
    EarlyCounts early;
    std::uint64_t events{};      ///< different ones
    std::uint64_t deliveries{};  ///< with duplicates
    std::uint64_t restarts{};
    InstanceCounts sluice;  ///< since this process began
    PlainCounts plain;
    double seconds{};
    std::optional<oracle::Comparison> oracle;

    /// Everything that the run promises holds.
    [[nodiscard]] bool good() const;
};

/// One JSON object on one line: docs/guide/cli.md, "The main job".
[[nodiscard]] std::string to_json(const RunSummary& summary);

/// For people, several lines.
[[nodiscard]] std::string to_text(const RunSummary& summary);

/// The oracle's part alone: one JSON object on one line; and for people.
[[nodiscard]] std::string to_json(const oracle::Comparison& comparison);
[[nodiscard]] std::string to_text(const oracle::Comparison& comparison);

/// Both, side by side, table by table.
[[nodiscard]] std::string side_by_side(const RunSummary& sluice, const RunSummary& plain);

}  // namespace sluice::commerce
