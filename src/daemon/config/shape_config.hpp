#pragma once

#include "cast/route.hpp"
#include "contract/node.hpp"
#include "daemon/config/contract_store.hpp"
#include "deliver/shaper.hpp"
#include "deliver/wanted_types.hpp"
#include "project/field_tree.hpp"
#include "project/filter.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon {

/// What a subscription says of the events that it wants and of what it gets of them: `filters`,
/// `versions`, `keep`, `jq`, `personal`, `state`.
struct ShapeConfig {
    std::shared_ptr<const project::Filter> filter;       ///< null: none
    cast::Asked versions;                                ///< of other types whatever comes
    std::vector<project::FieldPath> keep;                ///< empty: everything
    std::string jq;                                      ///< empty: none
    bool personal{false};                                ///< personal fields are granted
    deliver::StateAs state{deliver::StateAs::kNothing};  ///< the state instead of the data
};

/// Whatever is wrong lies in the problems. The jq program and the versions are not looked at yet.
void read_shape(const contract::Node& subscription, ShapeConfig& shape);

/// What is wrong with it for this contract and these types (none: all), a line each: versions that
/// cannot be had, fields that are asked for and not granted, a jq program that is none. Starts a
/// process where there is a program, or a cast.
[[nodiscard]] std::vector<std::string> shape_problems(
    const ShapeConfig& shape, const ContractPtr& contract, const deliver::WantedTypes& types
);

/// What a sink is shaped by: the fields of the contract that are not granted are withheld, of a
/// type without a version that is asked for those of all its versions.
[[nodiscard]] deliver::Shape shape_of(const ShapeConfig& shape, const ContractPtr& contract);

/// The fields of a state that only who is granted them may have; null: none.
[[nodiscard]] std::shared_ptr<const project::FieldNode> personal_of_state(
    const contract::Contract& contract
);

/// Where the state behind an event is asked for, as this subscription has it: a path and a query.
[[nodiscard]] std::string state_address(
    std::string_view domain,
    std::string_view subscription,
    std::string_view subject,
    Position position
);

}  // namespace sluice::daemon
