#pragma once

#include <sluice/rebuild.hpp>

#include "daemon/render/json.hpp"

#include <string>
#include <vector>

namespace sluice::daemon {

// The read models of a service, and what a comparison of two of them found.

[[nodiscard]] Json json_of(const std::vector<ReadModel>& models);
[[nodiscard]] std::string render_models(const std::vector<ReadModel>& models);

[[nodiscard]] Json json_of(const std::vector<TableDifference>& found);
[[nodiscard]] std::string render_differences(const std::vector<TableDifference>& found);

/// What asking for it means, before one agrees.
[[nodiscard]] std::string render_wish(const RebuildWish& wish, const std::string& service);

}  // namespace sluice::daemon
