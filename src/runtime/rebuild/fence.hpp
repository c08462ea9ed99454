#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/dispatching/subscription_worker.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice::runtime {

/// Brings subscriptions of a domain to stand at the same event: each has handled, or has in a
/// backlog, all that lies below the fence, and nothing beyond it. Then their read models can be
/// held against each other, or change places. Others go on; these go on when the fence falls.
/// Threads:  one; the workers are told by atomics.
/// Lifetime: the log outlives it. Destroying it lets the subscriptions go on.
class Fence {
public:
    using Entries = std::vector<std::shared_ptr<SubscriptionEntry>>;

    /// kUnavailable: some subscription is not there in time, and which: it is paused, its sink
    /// fails or an event of it is being retried. kCancelled: a stop.
    [[nodiscard]] static Result<Fence> raise(
        const log::Log& log,
        const std::string& domain,
        Entries entries,
        Milliseconds timeout,
        const std::stop_token& stop
    );

    Fence(Fence&& other) noexcept = default;
    Fence& operator=(Fence&&) = delete;

    ~Fence() { fall(); }

    void fall();

    /// It never falls: they stand still until the process ends.
    void stay() { entries_.clear(); }

private:
    explicit Fence(Entries entries) : entries_{std::move(entries)} {}

    [[nodiscard]] Status set(const log::Log& log, const std::string& domain);
    [[nodiscard]] const SubscriptionEntry* behind() const;
    void follow_the_furthest();

    Entries entries_;
    std::vector<std::int64_t> at_;  ///< by home
};

}  // namespace sluice::runtime
