#pragma once

#include <sluice/result.hpp>

#include "contract/contract.hpp"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// shared_ptr: plans and whoever publishes keep a contract's schemas.
using ContractPtr = std::shared_ptr<const contract::Contract>;

/// Keeps the text of a domain's contract beside its log, as `contracts/<domain>.yaml`, so that
/// `status`, `stuck`, `why` and `publish` need nothing but the directory. Written anew only when it
/// differs; durable when it returns.
[[nodiscard]] Status keep_contract(
    const std::filesystem::path& data, std::string_view domain, std::string_view text
);

/// What `keep_contract` kept there, by domain; none when the directory has none.
/// Failure: kBadConfig with every problem of every file.
[[nodiscard]] Result<std::vector<ContractPtr>> kept_contracts(const std::filesystem::path& data);

}  // namespace sluice::daemon
