#pragma once

#include <sluice/result.hpp>

#include "contract/contract.hpp"
#include "contract/document.hpp"
#include "contract/problems.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::contract {

/// Reads an AsyncAPI 3 document. Nothing when anything is wrong: all of it lies in the problems.
[[nodiscard]] std::optional<Contract> load_contract(const Document& document, Problems& problems);

/// From a file. kBadConfig: a line for each thing that is wrong, with file, line, column and
/// pointer.
[[nodiscard]] Result<Contract> load_contract_file(const std::string& path);

/// From a text; `name` stands in front of every error.
[[nodiscard]] Result<Contract> load_contract_text(std::string name, std::string_view text);

}  // namespace sluice::contract
