#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/dispatch_tables.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// The value of exactly that key in a group's state, without a lease; nothing if it is not there.
[[nodiscard]] Result<std::optional<std::string>> peek_one(
    const log::Log& log, std::string_view group, HomeId home, log::Table table, std::string_view key
);

/// A home's tables in a group's state, without a lease. The log outlives it.
[[nodiscard]] ScanTable tables_of(const log::Log& log, std::string group, HomeId home);

}  // namespace sluice::runtime
