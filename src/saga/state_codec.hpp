#pragma once

#include <sluice/result.hpp>

#include "saga/instance.hpp"

#include <string>
#include <string_view>

namespace sluice::saga {

/// The durable value of a saga, drawn in docs/formats/saga-state.md.
/// Failure:  decoding answers kCorrupt for whatever encoding did not write: another version, and
///           an instance that no input leads to.
[[nodiscard]] std::string encode(const Instance& instance);
[[nodiscard]] Result<Instance> decode_instance(std::string_view bytes);

}  // namespace sluice::saga
