#pragma once

#include "contract/contract.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <memory>

namespace sluice::runtime {

/// Makes a contract ready for the runtime.
/// shared_ptr: the plan's check keeps the contract's schemas for as long as anybody uses the plan.
[[nodiscard]] DomainPlan plan_of(const std::shared_ptr<const contract::Contract>& contract);

}  // namespace sluice::runtime
