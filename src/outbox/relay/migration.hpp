#pragma once

#include <sluice/result.hpp>

#include <string_view>

namespace sluice::outbox {

/// postgres.sql, as it was when this was built.
[[nodiscard]] std::string_view postgres_migration();

}  // namespace sluice::outbox
