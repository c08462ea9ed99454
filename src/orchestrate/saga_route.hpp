#pragma once

#include "http/message.hpp"
#include "log/log.hpp"
#include "orchestrate/saga_json.hpp"
#include "orchestrate/saga_keeper.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::orchestrate {

/// Sagas by HTTP, for a daemon to mount:
///
///     POST /v1/sagas/{name}                 begins one; waits for its end, or answers 202 and a
///     link GET  /v1/sagas, /v1/sagas/{id}        those under way or ended; one of them POST
///     /v1/sagas/{id}/cancel|compensate|retry POST /v1/saga-answers                 what a service
///     answers that got its command as an event
///
/// Threads:  any.
/// Lifetime: keeper and log outlive it.
/// Failure:  problems, as the keeper's errors.
/// Limits:   `kWaitersMax` wait at once; who comes then gets 202 without waiting.
class SagaRoute {
public:
    static constexpr std::size_t kWaitersMax = 32;
    static constexpr std::chrono::milliseconds kWaitMax{60'000};
    static constexpr std::chrono::milliseconds kWaitDefault{10'000};
    static constexpr std::string_view kSagas = "/v1/sagas";
    static constexpr std::string_view kAnswers = "/v1/saga-answers";

    SagaRoute(SagaKeeper& keeper, const log::Log& log) : keeper_{keeper}, log_{log} {}

    /// Of all requests whose path is kAnswers or begins with kSagas.
    [[nodiscard]] http::Response answer(const http::Request& request);

private:
    [[nodiscard]] http::Response begin(const http::Request& request, std::string name);
    [[nodiscard]] http::Response list(const http::Request& request) const;
    [[nodiscard]] http::Response show(const http::Request& request, const std::string& id);
    [[nodiscard]] http::Response tell(
        const http::Request& request, std::string id, std::string_view verb
    );
    [[nodiscard]] http::Response hear(const http::Request& request);
    [[nodiscard]] http::Response respond(const Result<saga::Instance>& instance) const;
    [[nodiscard]] Result<saga::Instance> await(
        const saga::Instance& instance, std::chrono::milliseconds patience
    );

    SagaKeeper& keeper_;
    const log::Log& log_;
    std::atomic<std::size_t> waiters_{0};
};

}  // namespace sluice::orchestrate
