#pragma once

#include <sluice/result.hpp>

#include "store/branch_session.hpp"
#include "store/database_url.hpp"
#include "store/session.hpp"

#include <memory>

namespace sluice::store {

/// The database at a place that was parsed; nothing is connected yet.
[[nodiscard]] std::unique_ptr<Database> database_at(const DatabaseUrl& url);

/// A connection for two-phase commits. kBadConfig: that kind of database cannot prepare.
[[nodiscard]] Result<std::unique_ptr<BranchSession>> open_branch_session(const DatabaseUrl& url);

}  // namespace sluice::store
