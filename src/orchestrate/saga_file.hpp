#pragma once

#include <sluice/result.hpp>

#include "saga/definition.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::orchestrate {

/// A saga's definition from its YAML file (docs/reference/saga.md), checked.
/// Failure:  kBadConfig has everything that is wrong with the file, a line each, with its place;
///           kNotFound when there is no such file.
[[nodiscard]] Result<saga::Definition> load_saga(const std::string& path);

/// As `load_saga`; `path` names the file in errors.
[[nodiscard]] Result<saga::Definition> parse_saga(const std::string& path, std::string_view text);

/// All of them; kBadConfig also when two files define the same version of the same saga.
[[nodiscard]] Result<std::vector<saga::Definition>> load_sagas(const std::vector<std::string>& paths
);

}  // namespace sluice::orchestrate
