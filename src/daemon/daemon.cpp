#include "daemon/daemon.hpp"

#include "daemon/api/routes.hpp"
#include "daemon/api/subscription_route.hpp"
#include "daemon/metrics/metrics_page.hpp"
#include "daemon/open_log.hpp"
#include "daemon/version.hpp"
#include "runtime/domain/plan_of.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <unistd.h>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::chrono::seconds kOutcomePatience{10};
constexpr std::chrono::seconds kStatePatience{1};  // until it is folded that far
constexpr std::size_t kApiThreads = 64;            // followers and pullers wait in them
constexpr std::size_t kApiBodyBytesMax = std::size_t{64} << 20;
constexpr std::size_t kApiBodiesBytesMax = std::size_t{256} << 20;
constexpr std::size_t kPageBodyBytesMax = std::size_t{1} << 16;
constexpr std::chrono::seconds kPagePatience{1};
constexpr std::chrono::seconds kAnswersPatience{5};  // of clients that have pulled
constexpr std::string_view kMetricsPath = "/metrics";

http::ServerOptions options_of(
    const Address& address, std::shared_ptr<const http::Certificate> certificate, Logger& logger
) {
    http::ServerOptions options;
    options.certificate = std::move(certificate);
    options.host = address.host;
    options.port = address.port;
    options.on_failure = [&logger](std::string_view what) {
        logger.error("a request has failed by a bug of ours", {{"reason", std::string{what}}});
    };
    return options;
}

}  // namespace

Daemon::Daemon(Setup setup, Logger& logger, const Clock& clock)
    : setup_{std::move(setup)},
      logger_{logger},
      notices_{logger, clock},
      clock_{clock},
      tracing_{setup_.config.traces, logger},
      auth_{setup_.config.tokens} {}

Daemon::~Daemon() {
    stop();
}

Status Daemon::start() {
    if (log_ == nullptr) {
        if (const Status opened = open_log(); !opened) return opened;
    }
    runtime::EngineOptions options;
    options.threads = setup_.config.threads;
    options.trails = setup_.config.trails;
    options.states = true;
    options.notify = [this](const runtime::Notice& notice) { notices_.write(notice); };
    options.tracer = tracing_.tracer();
    tracing_.start();
    engine_ = std::make_unique<runtime::Engine>(*log_, clock_, std::move(options));
    operations_ =
        std::make_unique<Operations>(*log_, clock_, limits_of(setup_.config), tracing_.tracer());
    lags_ = std::make_unique<LagKeeper>(*engine_, *log_);
    operations_->judge_by([this](std::string_view domain, std::string_view subscription) {
        return lags_->worst_of(domain, subscription);
    });
    operations_->expect_outcomes(kOutcomePatience);
    operations_->expect_states(kStatePatience);
    operations_->ask_for_breakers([this] { return open_breakers(); });
    health_ = std::make_unique<Health>(*engine_, log_probe_);
    if (const Status added = add_domains(); !added) return added;
    if (const Status added = add_subscriptions(); !added) return added;
    if (const Status started = engine_->start(); !started) return started;
    keeper_->start();
    if (const Status started = start_sagas(); !started) return started;
    watch();  // every series is there from the first scrape on
    if (const Status started = start_servers(); !started) return started;
    info_ = {
        ::getpid(),
        {setup_.config.listen.host, api_->port()},
        {setup_.config.management.host, management_->port()},
        std::string{kVersion},
        setup_.config.tls.has_value()};
    health_->set(Phase::kReady);
    if (const Status written = write_info(setup_.config.data, info_); !written) return written;
    announced_ = true;
    logger_.info(
        "ready",
        {{"api", info_.api.text()},
         {"management", info_.management.text()},
         {"data", setup_.config.data},
         {"tls", info_.tls ? "yes" : "no"},
         {"version", info_.version}}
    );
    if (!info_.tls && !http::is_loopback(info_.api.host)) {
        logger_.warn(
            "tokens and events go over the network in the clear: give `tls` a certificate, or let "
            "something that speaks TLS stand before it",
            {{"listen", info_.api.text()}}
        );
    }
    return ok();
}

std::vector<Operations::OpenBreaker> Daemon::open_breakers() const {
    std::vector<Operations::OpenBreaker> open;
    for (const auto& domain : engine_->domains()) {
        for (const auto& entry : domain->runner->entries()) {
            const std::uint64_t since = entry->probe.breaker_since_ms_now;
            if (since == 0) continue;
            open.push_back(
                {domain->plan.name,
                 entry->subscription.name,
                 Instant{static_cast<std::int64_t>(since)},
                 entry->probe.in_flight_now}
            );
        }
    }
    return open;
}

Status Daemon::open_log() {
    log_options_ = log_options(setup_.config);
    auto opened = sluice::daemon::open_log(setup_.config, [this](std::string_view text) {
        logger_.info("the log", {{"says", std::string{text}}});
    });
    if (!opened) return opened.error();
    log_ = std::move(opened.value().log);
    log_probe_ = opened.value().probe;
    for (const std::string& warning : opened.value().warnings) logger_.warn(warning);
    return ok();
}

Status Daemon::add_domains() {
    for (const LoadedContract& loaded : setup_.contracts) {
        runtime::DomainPlan plan = runtime::plan_of(loaded.contract);
        plan.limits = operations_->limits();
        operations_->add(plan);
        if (const Status added = engine_->add_domain(std::move(plan)); !added) return added;
        const std::string& domain = loaded.contract->domain;
        if (const Status kept = keep_contract(setup_.config.data, domain, loaded.text); !kept) {
            return kept;
        }
    }
    return ok();
}

Status Daemon::add_subscriptions() {
    maker_ = std::make_unique<SubscriptionMaker>(SubscriptionMaker::Context{
        setup_, *log_, clock_, logger_, operations_->limits(), pulled_});
    for (const SubscriptionConfig& one : setup_.config.subscriptions) {
        auto made = maker_->make(one);
        if (!made) return made.error().at(fmt::format("subscription {}", one.name));
        const Status added = engine_->add_subscription(one.domain, std::move(made).value());
        if (!added) return added;
        operations_->expect(one.domain, one.name);
        operations_->cut_states_for(one.domain, one.name, one.shape);
    }
    keeper_ = std::make_unique<SubscriptionKeeper>(SubscriptionKeeper::Context{
        *log_, clock_, setup_, *engine_, *operations_, *maker_, logger_});
    operations_->ask_for_standing([this] { return keeper_->standing(); });
    const Status loaded = keeper_->load();
    return loaded ? loaded : Status{loaded.error().at("subscriptions")};
}

Status Daemon::start_sagas() {
    if (setup_.sagas.empty()) return ok();
    const auto publish = [this](std::span<const Event> events) {
        std::vector<Status> answers;
        for (const auto& placed : engine_->publish(events)) {
            answers.push_back(placed ? ok() : Status{placed.error()});
        }
        return answers;
    };
    auto started = orchestrate::SagaDesk::start(
        {*log_, clock_, setup_.sagas, {setup_.config.push_guard}, publish}
    );
    if (!started) return started.error().at("sagas");
    sagas_ = std::move(started).value();
    return ok();
}

void Daemon::add_saga_routes() {
    if (!sagas_) return;
    const auto answer = [this](const http::Request& request) { return sagas_->answer(request); };
    const std::string all{orchestrate::SagaRoute::kSagas};
    api_->handle("GET", all, answer);
    api_->handle("GET", all + "/", answer);
    api_->handle("POST", all + "/", answer);
    api_->handle("POST", std::string{orchestrate::SagaRoute::kAnswers}, answer);
}

Status Daemon::start_servers() {
    if (setup_.config.tls) {
        auto certificate = http::Certificate::load(*setup_.config.tls);
        if (!certificate) return certificate.error().at("tls");
        certificate_ = std::move(certificate).value();
    }
    http::ServerOptions pages = options_of(setup_.config.management, certificate_, logger_);
    pages.body_bytes_max = kPageBodyBytesMax;
    pages.stop_patience = kPagePatience;
    pages.beyond_loopback = auth_.is_on();
    pages.admit = [this](const http::Request& request) {  // probes of health have no token
        return request.path == kMetricsPath ? auth_.refusal_of(request) : std::nullopt;
    };
    management_ = std::make_unique<http::Server>(std::move(pages));
    management_->handle("GET", "/livez", [](const http::Request&) { return Health::live(); });
    management_->handle("GET", "/readyz", [this](const http::Request& request) {
        return health_->ready(request);
    });
    management_->handle("GET", std::string{kMetricsPath}, [this](const http::Request&) {
        return metrics_page(
            {*engine_,
             *lags_,
             operations_->counts(),
             log_probe_,
             log_options_,
             api_->load(),
             certificate_ ? certificate_->expires_at() : Instant{},
             tracing_.probe(),
             setup_.config.traces.queue_spans,
             sagas_ ? &sagas_->keeper() : nullptr}
        );
    });
    http::ServerOptions options = options_of(setup_.config.listen, certificate_, logger_);
    options.body_bytes_max = kApiBodyBytesMax;
    options.bodies_bytes_max = kApiBodiesBytesMax;
    options.threads = kApiThreads;
    options.beyond_loopback = auth_.is_on();
    options.admit = [this](const http::Request& request) { return auth_.refusal_of(request); };
    api_ = std::make_unique<http::Server>(std::move(options));
    add_routes(*api_, *operations_, pulled_, clock_);
    add_subscription_routes(*api_, *keeper_, auth_);
    add_saga_routes();
    if (const Status started = management_->start(); !started) {
        return started.error().at("management");
    }
    if (const Status started = api_->start(); !started) return started.error().at("listen");
    return ok();
}

void Daemon::stop() noexcept {
    if (health_) health_->set(Phase::kDraining);
    pulled_.close();
    pulled_.wait_for_answers(kAnswersPatience);
    if (sagas_) sagas_->stop();  // who waits for an outcome gets it as it is
    if (api_) api_->stop();
    pulled_.abandon();
    if (keeper_) keeper_->stop();
    if (engine_) {
        try {
            static_cast<void>(engine_->stop());
        } catch (const std::exception& error) {
            logger_.error("stopping the engine failed", {{"reason", error.what()}});
        }
    }
    tracing_.stop();
    if (std::exchange(announced_, false)) remove_info(setup_.config.data, info_);
    if (management_) management_->stop();
}

void Daemon::watch() {
    watch_certificate();
    if (!lags_) return;
    if (const Status looked = lags_->observe(clock_.now()); !looked) {
        logger_.warn("lag cannot be looked at", {{"reason", looked.error().message}});
    }
}

void Daemon::watch_certificate() {
    if (!certificate_) return;
    const auto renewed = certificate_->renew();
    if (!renewed) {
        logger_.warn(
            "the certificate has changed and cannot be used; the one before is kept",
            {{"reason", renewed.error().message}}
        );
    } else if (renewed.value()) {
        logger_.info(
            "the certificate was renewed", {{"expires", to_rfc3339(certificate_->expires_at())}}
        );
    }
}

Status Daemon::failure() const {
    if (sagas_) {
        if (Status failed = sagas_->failure(); !failed) return failed;
    }
    return engine_ ? engine_->failure() : ok();
}

}  // namespace sluice::daemon
