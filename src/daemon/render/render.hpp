#pragma once

#include "daemon/render/json.hpp"
#include "daemon/render/table.hpp"

#include <set>
#include <span>
#include <string>

namespace sluice::daemon {

// What people see of the answers (Backend). Members that an answer lacks are shown as "-".

[[nodiscard]] std::string render_status(const Json& status);
[[nodiscard]] std::string render_topics(const Json& topics);

/// One page of what is stuck.
[[nodiscard]] Table stuck_table(const Json& page);

/// Below a listing: what happens next, and what a person can do, for each cause in it.
[[nodiscard]] std::string what_to_do(const std::set<std::string>& causes);

/// Lines of records (record_line.hpp).
[[nodiscard]] Table record_table(std::span<const std::string> lines);

}  // namespace sluice::daemon
