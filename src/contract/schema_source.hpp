#pragma once

#include "contract/node.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace sluice::contract {

/// The schema at `node` as one value, each reference replaced by what it means. Nothing when a
/// reference leads in a circle or out of the document, or a keyword is not one that is checked: the
/// problems say so.
[[nodiscard]] std::optional<nlohmann::json> schema_source(const Node& node);

}  // namespace sluice::contract
