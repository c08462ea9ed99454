#pragma once

#include <sluice/result.hpp>

#include "deliver/push/address_guard.hpp"
#include "deliver/push/target.hpp"

namespace sluice::deliver::push {

/// Whether events may go there, as its name is resolved now; asks the resolver and waits for it.
/// Whoever is not known yet may come later, and is checked again when a connection is made.
/// Failure:  kInvalidArgument when no address of it is allowed.
[[nodiscard]] Status check_target(const Target& target, const AddressGuard& guard);

}  // namespace sluice::deliver::push
