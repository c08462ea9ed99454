#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "twophase/decision.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::transact {

/// Where a coordinator's decisions lie (docs/formats/twophase-decision.md): the state of a group of
/// its own, at one home. Whoever opens it fences who had it before.
/// Threads:  one at a time.
/// Lifetime: the log outlives it.
/// Failure:  as log::Lease: after any error but kFull nobody knows what is stored; open another.
class DecisionLog {
public:
    /// Takes it over. Nothing is written yet: the epoch is that of the coordinator before, 0 if
    /// there was none.
    [[nodiscard]] static Result<std::unique_ptr<DecisionLog>> open(
        log::Log& log, const std::string& coordinator
    );

    /// The next epoch, durable. Once, before the first decision.
    Status begin_epoch();

    [[nodiscard]] std::uint32_t epoch() const { return epoch_; }

    /// What was stored when it was opened.
    [[nodiscard]] const std::vector<twophase::Decision>& decisions() const { return decisions_; }

    /// These are durable when it returns; those are forgotten.
    Status write(
        const std::vector<twophase::Decision>& decided,
        const std::vector<twophase::TransactionId>& ended
    );

private:
    explicit DecisionLog(std::unique_ptr<log::Lease> lease) : lease_{std::move(lease)} {}

    Status restore();

    std::unique_ptr<log::Lease> lease_;
    std::uint32_t epoch_{0};
    std::vector<twophase::Decision> decisions_;
};

/// What a log knows of a coordinator, without taking it over.
struct Recorded {
    std::uint32_t epoch{};  ///< 0: it has never begun
    std::vector<twophase::Decision> decisions;
};

[[nodiscard]] Result<Recorded> recorded_in(const log::Log& log, const std::string& coordinator);

}  // namespace sluice::transact
