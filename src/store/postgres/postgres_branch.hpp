#pragma once

#include <sluice/result.hpp>

#include "store/branch_session.hpp"
#include "store/database_url.hpp"

#include <memory>

namespace sluice::store {

/// PREPARE TRANSACTION and what belongs to it. Errors as Database::open_session.
[[nodiscard]] Result<std::unique_ptr<BranchSession>> open_postgres_branch(
    const ServerOptions& options
);

}  // namespace sluice::store
