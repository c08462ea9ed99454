#pragma once

#include <nlohmann/json.hpp>

namespace sluice::guide {

/// A value that the schema (draft 7, references put in place) takes, if that can be told from its
/// keywords: its first example, default, constant or choice, else the plainest value of its type,
/// with every described member. What only trying would tell (`pattern`, `not`, `if`) is not looked
/// at: whoever must be certain validates it.
[[nodiscard]] nlohmann::json sample_of(const nlohmann::json& schema);

}  // namespace sluice::guide
