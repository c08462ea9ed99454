#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "deliver/push/address_guard.hpp"
#include "deliver/push/courier.hpp"
#include "orchestrate/saga_input.hpp"
#include "orchestrate/saga_port.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice::orchestrate {

class SagaKeeper;

/// What a service's answer means: 2xx is done, with its body as the result; 409 and 422 are no, for
/// good; everything else is not now, with `Retry-After` if it says so. A service that wants to be
/// plain says `sluice-answer: done | dead | retry`, which goes before its status.
[[nodiscard]] saga::Reply reply_of(
    const saga::Key& key, const deliver::push::Answer& answer, Instant now
);

/// Posts commands to services: JSON (saga_json.hpp), with the key as `Idempotency-Key`.
/// Threads:  `send` from one; answers come in from threads of its own.
/// Lifetime: stop the keeper, then `disconnect`; after that either may go.
/// Failure:  what reaches nobody is answered "not now"; the saga sends it again.
/// Limits:   `connections_max` requests at once to each URL. As much waits for one as sagas are
///           under way.
class HttpSagaPort final : public SagaPort {
public:
    struct Options {
        deliver::push::AddressGuard guard;  ///< which addresses may be posted to
        std::size_t connections_max{32};
        std::string ca_file{};  ///< who vouches for services; empty: the system's
    };

    /// For the URLs of these definitions. kBadConfig names the one that is none, or is not allowed.
    [[nodiscard]] static Result<std::unique_ptr<HttpSagaPort>> open(
        const Options& options, const std::vector<saga::Definition>& definitions, const Clock& clock
    );

    /// From now on answers go there; those that came before are lost, and come again.
    void connect(SagaKeeper& keeper) { keeper_.store(&keeper); }

    /// Answers go nowhere any more; returns when none is being brought, and nothing is sent.
    void disconnect();

    void send(
        const saga::Send& command,
        const saga::Definition& definition,
        const saga::Instance& instance
    ) override;

private:
    HttpSagaPort(const Options& options, const Clock& clock) : options_{options}, clock_{clock} {}

    Status add(const saga::CommandSpec& command);
    void heard(const saga::Key& key, const deliver::push::Reply& reply);

    Options options_;
    const Clock& clock_;
    std::atomic<SagaKeeper*> keeper_{nullptr};
    /// By URL; last: their threads end before what they use goes.
    std::map<std::string, std::unique_ptr<deliver::push::Courier>> couriers_;
};

}  // namespace sluice::orchestrate
