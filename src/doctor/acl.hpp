#pragma once

#include "doctor/findings.hpp"

#include <span>
#include <string>
#include <vector>

namespace sluice::doctor {

/// One resource, and what must be allowed on it.
struct Permission {
    std::string resource;  ///< Kafka's own words: TOPIC, GROUP, TRANSACTIONAL_ID, CLUSTER
    std::string name;
    std::string pattern;                  ///< LITERAL or PREFIXED
    std::vector<std::string> operations;  ///< READ, WRITE, DESCRIBE …

    auto operator<=>(const Permission&) const = default;
};

/// What one part of a domain needs: sequencer, dispatcher, producers …
struct PartNeeds {
    std::string part;
    std::string why;  ///< in a line
    std::vector<Permission> permissions;
};

/// Of all domains, part by part. Pure.
[[nodiscard]] std::vector<PartNeeds> needs_of(const Expectations& expected);

/// Whether these ACLs let the principal do it: something allows it and nothing denies it. Hosts are
/// not looked at. Pure.
[[nodiscard]] bool allowed(
    std::span<const log::kafka::AclFact> acls,
    std::string_view principal,
    const Permission& permission,
    std::string_view operation
);

/// As arguments of Kafka's own tool: "--allow-principal User:sluice --operation Read --topic
/// order.placed".
[[nodiscard]] std::string as_arguments(const Permission& permission, std::string_view principal);

}  // namespace sluice::doctor
