#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "orchestrate/event_saga_port.hpp"
#include "orchestrate/http_saga_port.hpp"
#include "orchestrate/saga_keeper.hpp"
#include "orchestrate/saga_route.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::orchestrate {

/// Sagas as a daemon has them: keeper, the ways to services and the API, from start to stop.
/// Threads:  `answer` from any; start and stop from one.
/// Lifetime: log, clock and what it publishes with outlive it; the destructor stops.
/// Failure:  `start` as SagaBook, HttpSagaPort and SagaKeeper. `failure` as the keeper's.
class SagaDesk {
public:
    struct Parts {
        log::Log& log;
        const Clock& clock;
        std::vector<saga::Definition> definitions;
        HttpSagaPort::Options http;
        EventSagaPort::Publish publish;
        SagaLimits limits{};
    };

    [[nodiscard]] static Result<std::unique_ptr<SagaDesk>> start(Parts parts);

    ~SagaDesk() { stop(); }

    SagaDesk(const SagaDesk&) = delete;
    SagaDesk& operator=(const SagaDesk&) = delete;

    [[nodiscard]] http::Response answer(const http::Request& request) {
        return route_->answer(request);
    }

    [[nodiscard]] Status failure() const { return keeper_->failure(); }

    /// For whoever shows its figures.
    [[nodiscard]] const SagaKeeper& keeper() const { return *keeper_; }

    /// 1. the keeper takes nothing more, and sends nothing; 2. answers that are on their way are
    /// given up: they come again. Safe to repeat.
    void stop() noexcept;

private:
    /// By how the command reaches its service.
    class Ways final : public SagaPort {
    public:
        Ways(SagaPort& http, SagaPort& events) : http_{http}, events_{events} {}

        void send(
            const saga::Send& command,
            const saga::Definition& definition,
            const saga::Instance& instance
        ) override {
            const bool by_http = spec_of(command, definition).via == saga::Via::kHttp;
            (by_http ? http_ : events_).send(command, definition, instance);
        }

    private:
        SagaPort& http_;
        SagaPort& events_;
    };

    SagaDesk() = default;

    void refused(const std::string& key, const Error& why);

    std::unique_ptr<HttpSagaPort> http_;
    std::unique_ptr<EventSagaPort> events_;
    std::unique_ptr<Ways> ways_;  // of the two above
    std::atomic<SagaKeeper*> told_{nullptr};
    std::unique_ptr<SagaKeeper> keeper_;  // sends by them
    std::unique_ptr<SagaRoute> route_;
};

}  // namespace sluice::orchestrate
