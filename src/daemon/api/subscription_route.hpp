#pragma once

#include "daemon/access/auth.hpp"
#include "daemon/subscriptions/keeper.hpp"
#include "http/server.hpp"

namespace sluice::daemon {

/// `/v1/subscriptions`: looked at, made, changed and deleted (docs/guide/subscriptions.md).
/// Threads:  any.
/// Lifetime: keeper and auth outlive it.
class SubscriptionRoute {
public:
    SubscriptionRoute(SubscriptionKeeper& keeper, const Auth& auth)
        : keeper_{keeper},
          auth_{auth} {}

    [[nodiscard]] http::Response answer(const http::Request& request);

private:
    [[nodiscard]] http::Response look(const http::Request& request, const std::string& name);
    [[nodiscard]] http::Response change(const http::Request& request, const std::string& name);

    SubscriptionKeeper& keeper_;
    const Auth& auth_;
};

/// Onto the server. What it is given outlives it.
void add_subscription_routes(http::Server& server, SubscriptionKeeper& keeper, const Auth& auth);

}  // namespace sluice::daemon
