#pragma once

#include "contract/load_source.hpp"

#include <string>
#include <vector>

namespace sluice::contract {

/// Something that a contract could say and does not, or says in a way that consumers stumble over.
struct Advice {
    std::string rule;  ///< "reference-without-value", by which it can be looked up
    std::string line;  ///< "order.yaml:12:5: …: <what, and what to do>"
};

/// Looks at every type's schema as a consumer would, in the order of the file.
/// docs/reference/contract-tools.md lists the rules. They go by names, so they advise and do not
/// refuse.
[[nodiscard]] std::vector<Advice> lint(const ContractSource& source);

}  // namespace sluice::contract
