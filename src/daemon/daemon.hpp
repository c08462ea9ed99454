#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/access/auth.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/daemon_info.hpp"
#include "daemon/logging/logger.hpp"
#include "daemon/logging/notice_log.hpp"
#include "daemon/metrics/health.hpp"
#include "daemon/metrics/lag_keeper.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/subscriptions/keeper.hpp"
#include "daemon/subscriptions/pull_directory.hpp"
#include "daemon/tracing.hpp"
#include "http/certificate.hpp"
#include "http/server.hpp"
#include "log/embedded/embedded.hpp"
#include "orchestrate/saga_desk.hpp"
#include "runtime/engine/engine.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon {

/// `sluice serve`: one data directory with its domains and subscriptions, the API and the
/// management pages.
/// Threads:  start and stop from one; the engine and the servers have their own.
/// Lifetime: logger and clock outlive it; the destructor stops.
/// Failure:  `start` undoes what it began. `failure()` says that the engine ended by itself: stop,
///           and end the process with 3.
/// Limits:   one process per directory, which the log sees to.
class Daemon final {
public:
    Daemon(Setup setup, Logger& logger, const Clock& clock);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// kUnavailable: no broker answers at present; it may be called again.
    [[nodiscard]] Status open_log();

    /// Log, unless it is open, contracts beside it, subscriptions, engine, servers, daemon.json;
    /// then it is ready.
    [[nodiscard]] Status start();

    /// 1. /readyz answers 503, nobody is given anything to pull, and who has pulled may answer;
    /// sagas take nothing more; 2. the API takes nothing more, ends what is in flight, and cuts off
    /// who is slow; 3. the engine drains: steps end, handlers finish, progress is written;
    /// 4. spans that are left are sent; 5. daemon.json goes; 6. the management pages end. Safe to
    /// repeat.
    void stop() noexcept;

    [[nodiscard]] Status failure() const;

    /// Looks at how far every consumer is, if it is time to, and whether the certificate has been
    /// renewed. Again and again, from the thread that started it, at least every few seconds.
    void watch();

    /// Once it is started.
    [[nodiscard]] const DaemonInfo& info() const { return info_; }

private:
    [[nodiscard]] Status add_domains();
    [[nodiscard]] Status add_subscriptions();
    [[nodiscard]] Status start_sagas();
    [[nodiscard]] Status start_servers();
    void add_saga_routes();
    void watch_certificate();
    [[nodiscard]] std::vector<Operations::OpenBreaker> open_breakers() const;

    Setup setup_;
    Logger& logger_;
    NoticeLog notices_;
    const Clock& clock_;
    DaemonInfo info_;
    bool announced_{false};  ///< daemon.json is there
    log::EmbeddedOptions log_options_;
    Tracing tracing_;                // outlives the engine and the operations
    std::unique_ptr<log::Log> log_;  // outlives all below
    const log::Probe* log_probe_{nullptr};
    std::unique_ptr<runtime::Engine> engine_;
    Auth auth_;
    PullDirectory pulled_;  // of sinks that the engine owns
    std::unique_ptr<LagKeeper> lags_;
    std::unique_ptr<Operations> operations_;
    std::unique_ptr<SubscriptionMaker> maker_;
    std::unique_ptr<SubscriptionKeeper> keeper_;    // before the engine it changes, after the API
    std::unique_ptr<orchestrate::SagaDesk> sagas_;  // null: none are defined
    std::unique_ptr<Health> health_;
    std::shared_ptr<http::Certificate> certificate_;  // null: plain HTTP
    std::unique_ptr<http::Server> management_;        // ends after the API
    std::unique_ptr<http::Server> api_;
};

}  // namespace sluice::daemon
