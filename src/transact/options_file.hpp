#pragma once

#include <sluice/result.hpp>
#include <sluice/twophase.hpp>

#include "transact/branch_pool.hpp"
#include "transact/desk.hpp"

#include <map>
#include <string>
#include <string_view>

namespace sluice::transact {

/// A coordinator's file (docs/guide/twophase.md); `path` stands in front of every error. A relative
/// directory is one beside the file.
[[nodiscard]] Result<TwoPhaseOptions> parse_options(const std::string& path, std::string_view text);

[[nodiscard]] DeskOptions desk_options(const TwoPhaseOptions& options);

/// kBadConfig names the database, and what its URL lacks.
[[nodiscard]] Result<Desk::Databases> databases_of(const TwoPhaseOptions& options);

}  // namespace sluice::transact
