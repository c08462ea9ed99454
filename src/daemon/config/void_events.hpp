#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/engine/publisher.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// An event of this type takes the place of one that its source has given up, with its number
/// (docs/guide/outbox.md). No contract names it, and it needs no channel of its own.
inline constexpr std::string_view kVoidType = "sluice.void";

/// Brings such events to the first of the domain's channels that only the domain reads, as
/// CloudEvents. As Publisher::publish; they are rare, and not traced.
[[nodiscard]] std::vector<Result<runtime::Placed>> publish_voids(
    log::Log& log, const runtime::DomainPlan& domain, std::span<const Event> events
);

}  // namespace sluice::daemon
