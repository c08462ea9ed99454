#pragma once

#include <sluice/result.hpp>

#include "twophase/gid.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::twophase {

struct DecidedBranch {
    std::string database;
    bool settled{false};  ///< a person has seen to it; it is told no more, and not forgotten

    bool operator==(const DecidedBranch&) const = default;
};

/// "This transaction commits": the one thing that a coordinator must not forget. Of what aborts
/// nothing is stored: what is not decided is aborted. Durable before the first branch is told, and
/// kept until the last one has done it.
struct Decision {
    TransactionId id;
    std::vector<DecidedBranch> branches;

    bool operator==(const Decision&) const = default;
};

/// Drawn in docs/formats/twophase-decision.md. Failure: decoding answers kCorrupt for whatever
/// encoding did not write.
[[nodiscard]] std::string encode(const Decision& decision);
[[nodiscard]] Result<Decision> decode_decision(std::string_view bytes);

}  // namespace sluice::twophase
