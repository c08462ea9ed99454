#pragma once

#include "base/clock.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/subscriptions/pull_directory.hpp"
#include "http/server.hpp"

namespace sluice::daemon {

/// The API (docs/reference/api.md), onto the server. What it is given outlives it.
void add_routes(
    http::Server& server, Operations& operations, const PullDirectory& pulled, const Clock& clock
);

}  // namespace sluice::daemon
