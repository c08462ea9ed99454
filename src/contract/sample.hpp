#pragma once

#include "contract/schema.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::contract {

inline constexpr std::size_t kSamplesMax = 24;

/// JSON data that a schema (draft 7, references put in place) takes: with all described members,
/// with none but the required ones, and between; numbers and lists at their limits and within;
/// choices, and `examples` of fields. The same for the same schema, on every machine. What only
/// trying would tell (`pattern`, `not`, `if`) is tried: each is validated by `compiled`, and
/// dropped if it breaks it. Texts that nothing else decides are drawn from `texts` now and then.
/// Limits: `kSamplesMax`, each once; none where trying has found none.
[[nodiscard]] std::vector<std::string> make_samples(
    const nlohmann::json& schema, const Schema& compiled, const std::vector<std::string>& texts
);

/// What a program may look up in tables: the names and texts in them, at most a thousand.
[[nodiscard]] std::vector<std::string> texts_in(const nlohmann::json& tables);

}  // namespace sluice::contract
