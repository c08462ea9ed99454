#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::infer {

/// A text as a YAML scalar: plain where YAML 1.2 reads it as that text, else in double quotes, as
/// JSON has it.
[[nodiscard]] std::string yaml_scalar(std::string_view text);

/// "pointer: /order/id" as a member of a flow mapping, its value quoted where that is needed.
[[nodiscard]] std::string flow_pair(std::string_view pair);

/// A JSON value in block style, each line behind so many spaces.
[[nodiscard]] std::string yaml_lines(const nlohmann::json& value, std::size_t spaces);

}  // namespace sluice::infer
