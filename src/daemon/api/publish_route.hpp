#pragma once

#include "base/clock.hpp"
#include "daemon/api/gate.hpp"
#include "daemon/api/idempotency_keys.hpp"
#include "daemon/operations/operations.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <string_view>

namespace sluice::daemon {

/// Publishing by HTTP: CloudEvents in binary, structured and batch mode, and JSON Lines; what is
/// accepted is durable.
/// Threads:  any.
/// Lifetime: the operations outlive it.
/// Failure:  an event that is refused is a problem; of a list each for itself, and the others are
///           named as taken.
/// Limits:   `kAtOnce` requests; more are answered 429, so that reading and commands go on.
class PublishRoute {
public:
    static constexpr std::size_t kAtOnce = 32;

    PublishRoute(Operations& operations, const Clock& clock)
        : operations_{operations},
          clock_{clock} {}

    /// `domain` empty: the type tells it.
    [[nodiscard]] http::Response answer(const http::Request& request, std::string_view domain);

private:
    [[nodiscard]] http::Response publish(const http::Request& request, std::string_view domain);

    Operations& operations_;
    const Clock& clock_;
    Gate gate_{kAtOnce};
    IdempotencyKeys keys_;
};

}  // namespace sluice::daemon
