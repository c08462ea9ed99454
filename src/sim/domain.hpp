#pragma once

#include "event/record.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "sim/history.hpp"

#include <string_view>

namespace sluice::sim {

/// The simulated domain `shop`: /a is ordered by sequence over two topics, /b by sequence and by
/// stamps on /a, /c by the rule "c.done after b.sent with the same /parcel", /d by its channel.
[[nodiscard]] runtime::DomainPlan plan_of(const Setup& setup);

/// The event as a producer would publish it.
[[nodiscard]] Record record_of(const EventSpec& event, Instant time);

/// A record that is none of the domain's events: a tombstone, no subject, a number that cannot be
/// read, a foreign type; `which` modulo their number.
[[nodiscard]] Record rubbish(std::uint32_t which, Instant time);

inline constexpr std::uint32_t kRubbishKinds = 4;

/// Where it goes: topic and partition.
[[nodiscard]] log::PartitionRef place_of(const Setup& setup, const EventSpec& event);

/// What a sink says to it: read from the payload, as a handler would.
[[nodiscard]] Verdict verdict_of(const Record& record);

}  // namespace sluice::sim
