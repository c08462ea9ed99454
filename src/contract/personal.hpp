#pragma once

#include "contract/node.hpp"

#include <string>
#include <vector>

namespace sluice::contract {

/// The fields that a payload's schema marks with `x-sluice: {personal: true}`, as JSON pointers in
/// which `*` stands for every element or member; sorted, each once. A field is personal if any part
/// of the schema that can describe it says so. What is wrong with the marks lies in the problems.
/// The schema is one that could be loaded: it does not contain itself.
[[nodiscard]] std::vector<std::string> personal_fields(const Node& schema);

}  // namespace sluice::contract
