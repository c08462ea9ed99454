#pragma once

#include "contract/load_source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {

/// Who must be able to read what: a consumer of the new contract the old events, a consumer of the
/// old contract the new events, or each the other's.
enum class Compatibility : std::uint8_t { kBackward, kForward, kFull };

/// What stands in the way, for one event type.
struct Finding {
    std::string type;  ///< empty: of the contract as a whole
    bool backward{};   ///< old events under the new contract; else new ones under the old
    std::string path;  ///< in the data; empty: the event as a whole
    std::string what;
    std::string fix;

    bool operator==(const Finding&) const = default;
};

/// By type, backward first.
[[nodiscard]] std::vector<Finding> compare(
    const ContractSource& before, const ContractSource& after, Compatibility wanted
);

/// What has changed, whether it matters or not, a line each: "order.placed /total: type "number"
/// became "integer"".
[[nodiscard]] std::vector<std::string> differences(
    const ContractSource& before, const ContractSource& after
);

}  // namespace sluice::contract
