#pragma once

#include "store/database_url.hpp"
#include "store/session.hpp"

#include <memory>

namespace sluice::store {

/// The database at a place that was parsed; nothing is connected yet.
[[nodiscard]] std::unique_ptr<Database> database_at(const DatabaseUrl& url);

}  // namespace sluice::store
