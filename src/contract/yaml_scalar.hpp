#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace sluice::contract {

/// A plain (unquoted) YAML scalar as YAML 1.2's core schema reads it: null, true, 12, 0x1F, 1.5, or
/// a text. What JSON has no number for (.inf, .nan, integers beyond 64 bits) stays a text.
[[nodiscard]] nlohmann::json plain_scalar(const std::string& text);

}  // namespace sluice::contract
