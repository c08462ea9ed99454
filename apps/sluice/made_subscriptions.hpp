#pragma once

#include "daemon/config/config.hpp"

#include <vector>

namespace sluice::app {

/// The subscriptions of the API, asked of the daemon that runs on the configuration's data; none:
/// no daemon runs there. What it does not answer is told on stderr, and left out. Their secrets are
/// the daemon's, and are not there.
[[nodiscard]] std::vector<daemon::SubscriptionConfig> made_subscriptions(
    const daemon::Config& config
);

}  // namespace sluice::app
