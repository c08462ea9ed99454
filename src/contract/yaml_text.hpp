#pragma once

#include "contract/problems.hpp"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::contract {

/// As editors count; yaml-cpp counts from 0, and has -1 for what stands nowhere.
[[nodiscard]] Place place_of_mark(const YAML::Mark& mark);

/// Where the first byte stands that no text holds: not UTF-8, or a control character.
[[nodiscard]] std::optional<Place> find_no_text(std::string_view text);

/// Where a second document begins. YAML::LoadAll would tell as well, but never comes to an end
/// behind a stray ',': it makes of it empty documents until memory ends. Throws as YAML::Load does.
[[nodiscard]] std::optional<Place> find_second_document(const std::string& text);

}  // namespace sluice::contract
