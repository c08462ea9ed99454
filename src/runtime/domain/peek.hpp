#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain/dispatch_tables.hpp"

#include <functional>
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

/// The first record at or behind `at`; nothing: there is none.
[[nodiscard]] Result<std::optional<log::StoredRecord>> record_from(
    const log::Log& log, const log::PartitionRef& of, Offset at
);

/// Whether a record lies before what is looked for.
using LiesBefore = std::function<Result<bool>(const log::StoredRecord&)>;

/// By halving between both ends: the first offset whose record does not lie before. Where they do
/// not ascend, one of the places that could be meant.
[[nodiscard]] Result<Offset> find_place(
    const log::Log& log,
    const log::PartitionRef& of,
    const log::Ends& ends,
    const LiesBefore& lies_before
);

/// The first record of a home's ordered partition that was released at `at` or later.
[[nodiscard]] Result<Offset> first_released_since(
    const log::Log& log, const log::PartitionRef& of, const log::Ends& ends, Instant at
);

}  // namespace sluice::runtime
