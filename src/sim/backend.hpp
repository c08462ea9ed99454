#pragma once

#include "log/log.hpp"
#include "sim/history.hpp"

#include <cstddef>
#include <cstdint>

namespace sluice::sim {

/// What a history is played on: the simulated broker, or a real log.
/// Threads: one.   Lifetime: outlives the cluster that is played on it.
class Backend {
public:
    virtual ~Backend() = default;

    /// As instance `who` sees it.
    [[nodiscard]] virtual log::Log& log(std::size_t who) = 0;

    /// The next step of that instance meets this fate, or none. A real log knows only kDone.
    virtual void meet(std::size_t who, Fate fate, std::uint64_t entropy) = 0;

    /// A marker under way arrives, `which` modulo their number. False: there is none.
    virtual bool show_one(std::size_t which) = 0;

    /// Transactions of which only parts were kept.
    [[nodiscard]] virtual std::uint64_t torn() const = 0;
};

}  // namespace sluice::sim
