#pragma once

#include "contract/contract.hpp"
#include "contract/node.hpp"
#include "deliver/shaper.hpp"
#include "project/field_tree.hpp"
#include "project/filter.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::daemon {

/// What a subscription says of the events that it wants and of what it gets of them: `filters`,
/// `keep`, `jq`, `personal`.
struct ShapeConfig {
    std::shared_ptr<const project::Filter> filter;  ///< null: none
    std::vector<project::FieldPath> keep;           ///< empty: everything
    std::string jq;                                 ///< empty: none
    bool personal{false};                           ///< personal fields are granted
};

/// Whatever is wrong lies in the problems. The jq program is not looked at yet.
void read_shape(const contract::Node& subscription, ShapeConfig& shape);

/// What is wrong with it for this contract and these types (none: all), a line each: fields that
/// are asked for and not granted, a jq program that is none. Starts a process where there is a
/// program.
[[nodiscard]] std::vector<std::string> shape_problems(
    const ShapeConfig& shape, const contract::Contract& contract, std::span<const std::string> types
);

/// What a sink is shaped by: the fields of the contract that are not granted are withheld.
[[nodiscard]] deliver::Shape shape_of(const ShapeConfig& shape, const contract::Contract& contract);

}  // namespace sluice::daemon
