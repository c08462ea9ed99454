#pragma once

#include <sluice/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sluice::runtime {

/// Alignment: which of several partitions is read from next. The one whose head record has the
/// smallest time, clamped to now, so that a rebuild need not keep ten million cancellations
/// waiting for their orders. It saves work; order never depends on it, and nothing is paused for
/// its time. Pure.
/// Threads:  one at a time.
/// Limits:   a partition that has data gets at least one turn in `kTurnsMax`, or in as many
///           turns as there are partitions, if they are more: one record dated 2099 stops
///           nothing.
class TurnChooser {
public:
    static constexpr std::uint64_t kTurnsMax = 64;

    explicit TurnChooser(std::size_t partitions) : heads_(partitions) {}

    /// One partition more, without data at present.
    void add() { heads_.emplace_back(); }

    /// The partition's next record bears this time; nothing: it has none at present.
    void head(std::size_t partition, std::optional<Instant> time);

    /// Whose turn it is; nothing when none has data.
    [[nodiscard]] std::optional<std::size_t> next(Instant now);

private:
    struct Head {
        std::optional<Instant> time;
        std::uint64_t last_turn{};  ///< when it was chosen last, or came to have data
    };

    std::vector<Head> heads_;
    std::size_t with_data_{0};
    std::uint64_t turn_{0};
};

}  // namespace sluice::runtime
