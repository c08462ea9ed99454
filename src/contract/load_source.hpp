#pragma once

#include <sluice/result.hpp>

#include "contract/contract.hpp"
#include "contract/document.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace sluice::contract {

/// A contract together with its document and the schemas of its types as JSON, references put in
/// place: what tools compare. Types that take any data have none.
struct ContractSource {
    Document document;
    Contract contract;
    std::map<std::string, nlohmann::json, std::less<>> schemas;  ///< by event type
    /// Of the versions that a type declares, by its name and their numbers.
    std::map<std::string, std::map<std::uint32_t, nlohmann::json>, std::less<>> versions;
    std::map<std::string, std::string, std::less<>>
        messages;  ///< pointer of each within the document
};

/// kBadConfig, kNotFound: as load_contract_file.
[[nodiscard]] Result<ContractSource> load_source(const std::string& path);

/// From a text; `name` stands in front of every error.
[[nodiscard]] Result<ContractSource> load_source_text(std::string name, std::string_view text);

}  // namespace sluice::contract
