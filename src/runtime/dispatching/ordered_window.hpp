#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// A record of the ordered topic, read once for all subscriptions. The views point into `record`.
struct OrderedEvent {
    Offset offset;
    Record record;
    bool is_event{false};  ///< false: a control record, which no subscription gets
    std::string_view subject;
    std::string_view type;  ///< empty: it cannot be read, and so may be anybody's
    std::string_view invalid;
    Position position;
    std::size_t bytes{};
};

/// All events of [first, end); an offset without one is no record. Never moved once made, since the
/// views point into it.
struct OrderedBatch {
    OrderedBatch() = default;
    OrderedBatch(const OrderedBatch&) = delete;
    OrderedBatch& operator=(const OrderedBatch&) = delete;

    Offset first;
    Offset end;
    std::vector<OrderedEvent> events;

    /// The first event that is not below `at`.
    [[nodiscard]] std::size_t index_of(Offset at) const;
};

/// shared_ptr: every subscription that still works on a batch keeps it, and the window as well;
/// whoever is last lets it go.
using OrderedBatchPtr = std::shared_ptr<const OrderedBatch>;

/// The newest part of one ordered partition, so that subscriptions at its head read it once
/// between them. One that lags reads for itself and disturbs nobody.
/// Threads:  any.
/// Lifetime: the Log outlives it.
/// Failure:  kCorrupt for a record that Sluice cannot have written; kNotFound when retention
///           took it.
/// Limits:   `kBatchesMax` batches of `ReadLimits` each.
class OrderedWindow {
public:
    static constexpr std::size_t kBatchesMax = 4;

    /// `given`: the plan of a domain whose topic somebody else has put in order, and it outlives
    /// the window; null: Sluice writes it.
    OrderedWindow(
        const log::Log& log,
        log::PartitionRef from,
        log::ReadLimits limits,
        const DomainPlan* given = nullptr
    )
        : log_{log},
          from_{std::move(from)},
          limits_{limits},
          given_{given} {}

    /// The batch that holds `at`; null at the end.
    [[nodiscard]] Result<OrderedBatchPtr> batch_at(Offset at);

    [[nodiscard]] const log::PartitionRef& from() const { return from_; }

    [[nodiscard]] bool is_given() const { return given_ != nullptr; }

private:
    [[nodiscard]] Result<OrderedBatchPtr> read(Offset at) const;
    [[nodiscard]] Status fill_in(OrderedEvent& event, log::StoredRecord stored) const;

    const log::Log& log_;
    log::PartitionRef from_;
    log::ReadLimits limits_;
    const DomainPlan* given_;
    std::mutex mutex_;
    std::deque<OrderedBatchPtr> recent_;  // next to each other, ascending
};

}  // namespace sluice::runtime
