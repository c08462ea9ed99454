#pragma once

#include "daemon/render/json.hpp"

#include <string>

namespace sluice::daemon {

/// The answer of GET /v1/subscriptions, for people.
[[nodiscard]] std::string render_subscriptions(const Json& answer);

/// One of them.
[[nodiscard]] std::string render_subscription(const Json& one);

/// What would be made, and what would become of one: member by member, what differs.
[[nodiscard]] std::string render_creation(const Json& checked);
[[nodiscard]] std::string render_replacement(const Json& before, const Json& checked);

/// What goes with one.
[[nodiscard]] std::string render_deletion(const Json& answer);

}  // namespace sluice::daemon
