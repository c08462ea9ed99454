#pragma once

#include "daemon/operations.hpp"
#include "http/server.hpp"

namespace sluice::daemon {

/// The API (docs/reference/api.md), onto the server. The operations outlive it.
void add_routes(http::Server& server, Operations& operations);

}  // namespace sluice::daemon
