#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/logging/logger.hpp"
#include "daemon/subscriptions/pull_directory.hpp"
#include "event/limits.hpp"
#include "log/log.hpp"
#include "runtime/dispatching/subscription_worker.hpp"

#include <memory>
#include <string>

namespace sluice::daemon {

/// From a subscription's configuration to what an engine takes: its sink is opened, shaped, and, if
/// it is pulled from, put into the directory.
/// Threads:  one at a time.
/// Lifetime: all that it is given outlives it, and the sinks.
/// Failure:  kBadConfig: the target may not be posted to; else as the sink.
class SubscriptionMaker {
public:
    struct Context {
        const Setup& setup;
        log::Log& log;
        const Clock& clock;
        Logger& logger;
        event::EventLimits limits;
        PullDirectory& pulled;
    };

    explicit SubscriptionMaker(const Context& context) : context_{context} {}

    [[nodiscard]] Result<runtime::Subscription> make(const SubscriptionConfig& one) const;

    /// Nobody pulls from it any more.
    void drop(const std::string& domain, const std::string& name) const;

    /// One that keeps the place of a subscription that cannot be made now: it reads nothing, and
    /// what is in its backlog stays there.
    [[nodiscard]] static runtime::Subscription standing(std::string name);

private:
    using SinkPtr = std::unique_ptr<deliver::Sink>;

    [[nodiscard]] Result<SinkPtr> push_sink(const SubscriptionConfig& one) const;
    [[nodiscard]] Result<SinkPtr> topic_sink(const SubscriptionConfig& one) const;
    [[nodiscard]] Result<SinkPtr> file_sink(const SubscriptionConfig& one) const;

    Context context_;
};

}  // namespace sluice::daemon
