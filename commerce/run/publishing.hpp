#pragma once

#include <sluice/instance.hpp>
#include <sluice/result.hpp>

#include "commerce/chaos/plan.hpp"
#include "commerce/produce/publications.hpp"
#include "commerce/run/options.hpp"
#include "commerce/run/workspace.hpp"

#include <cstdint>
#include <functional>

namespace sluice::commerce {

/// Brings the schedule into the channels, event by event in the order in which topics bring them,
/// and keeps in a file how far it is. After a crash it publishes again what lay after that:
/// duplicates, which Sluice knows.
/// Threads:  one.
/// Lifetime: workspace, publications and plan outlive it.
/// Limits:   `kBatch` events are one write; it stays at most `kAheadMax` events ahead of the
///           sequencer, so that what the schedule brings late is late.
class Publishing {
public:
    static constexpr std::size_t kBatch = 500;
    static constexpr std::uint64_t kAheadMax = 5'000;

    /// Where a run that was killed had come.
    [[nodiscard]] static Result<Publishing> resume(
        const Workspace& workspace, const Publications& publications, const ChaosPlan& plan
    );

    enum class End : std::uint8_t { kAll, kRestart, kCancelled };

    /// Publishes up to the schedule's end, to a point where the consuming process is to be
    /// restarted, or until `cancelled`.
    [[nodiscard]] Result<End> publish(
        Instance& instance, const Progress& progress, const std::function<bool()>& cancelled
    );

    [[nodiscard]] std::size_t next() const { return next_; }

private:
    Publishing(
        const Workspace& workspace,
        const Publications& publications,
        const ChaosPlan& plan,
        std::size_t next
    )
        : workspace_{workspace},
          publications_{publications},
          plan_{plan},
          next_{next} {}

    [[nodiscard]] Status publish_batch(Instance& instance, std::size_t end);

    const Workspace& workspace_;
    const Publications& publications_;
    const ChaosPlan& plan_;
    std::size_t next_;
};

}  // namespace sluice::commerce
