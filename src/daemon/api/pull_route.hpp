#pragma once

#include "daemon/api/gate.hpp"
#include "daemon/subscriptions/pull_directory.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <string>

namespace sluice::daemon {

/// `/v1/subscriptions/{name}/pull`, `/ack` and `/extend`: events by lease, and what clients say of
/// them.
/// Threads:  any.
/// Lifetime: the directory outlives it.
/// Failure:  an answer that comes too late, twice or out of order is 409, and changes nothing.
/// Limits:   `kWaitingMax` clients wait at once; more are answered 429.
class PullRoute {
public:
    static constexpr std::size_t kWaitingMax = 24;

    explicit PullRoute(const PullDirectory& directory) : directory_{directory} {}

    [[nodiscard]] http::Response answer(const http::Request& request);

private:
    [[nodiscard]] http::Response pull(const http::Request& request, const std::string& name);

    const PullDirectory& directory_;
    Gate gate_{kWaitingMax};
};

}  // namespace sluice::daemon
