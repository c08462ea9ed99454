#pragma once

#include <sluice/result.hpp>

#include "daemon/config/setup.hpp"
#include "daemon/subscriptions/body.hpp"
#include "daemon/subscriptions/catalog.hpp"

#include <string>

namespace sluice::daemon {

/// What a definition is held against.
struct Surroundings {
    const Setup& setup;
    const Catalog& catalog;
    Environment environment;
};

/// Reads a definition with the keys of sluice.yaml, as the loader of that file does, and holds it
/// against the contracts and the other subscriptions. `written` of what it answers is what is kept.
/// Failure: kInvalidArgument with everything that is wrong, a line each.
[[nodiscard]] Result<SubscriptionConfig> define(const Body& body, const Surroundings& around);

/// Whether sluice.yaml has a subscription of that name, in whatever domain.
[[nodiscard]] const SubscriptionConfig* in_file(const Setup& setup, std::string_view name);

/// Whether `after` may take the place of the entry: kConflict names what stays as it was made.
[[nodiscard]] Status may_replace(const Catalog::Entry& before, const SubscriptionConfig& after);

}  // namespace sluice::daemon
