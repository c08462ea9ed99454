#include "runtime/domain/peek.hpp"

#include "sequence/ordered.hpp"

#include <utility>

namespace sluice::runtime {

Result<std::optional<std::string>> peek_one(
    const log::Log& log, std::string_view group, HomeId home, log::Table table, std::string_view key
) {
    auto found = log.peek(group, home, table, key, 1);
    if (!found) return found.error();
    if (found.value().empty() || found.value().front().first != key) {
        return std::optional<std::string>{};
    }
    return std::optional{std::move(found.value().front().second)};
}

ScanTable tables_of(const log::Log& log, std::string group, HomeId home) {
    return [&log, group = std::move(group), home](
               log::Table table, std::string_view from, std::size_t limit
           ) { return log.peek(group, home, table, from, limit); };
}

Result<std::optional<log::StoredRecord>> record_from(
    const log::Log& log, const log::PartitionRef& of, Offset at
) {
    log::ReadLimits one;
    one.records_max = 1;
    auto read = log.read(of, at, one);
    if (!read) return read.error();
    if (read.value().empty()) return std::optional<log::StoredRecord>{};
    return std::optional{std::move(read.value()[0])};
}

Result<Offset> find_place(
    const log::Log& log,
    const log::PartitionRef& of,
    const log::Ends& ends,
    const LiesBefore& lies_before
) {
    Offset low = ends.first;
    Offset high = ends.committed;
    while (low < high) {
        const Offset middle{low.value + (high.value - low.value) / 2};
        const auto stored = record_from(log, of, middle);
        if (!stored) return stored.error();
        if (!stored.value()) {
            high = middle;
            continue;
        }
        const auto before = lies_before(*stored.value());
        if (!before) return before.error();
        if (before.value()) {
            low = stored.value()->offset.next();
        } else {
            high = middle;
        }
    }
    return low;
}

/// Releases are in the order of the clock, so halving finds it; where the clock was set back, one
/// of the places that could be meant.
Result<Offset> first_released_since(
    const log::Log& log, const log::PartitionRef& of, const log::Ends& ends, Instant at
) {
    return find_place(log, of, ends, [&](const log::StoredRecord& stored) {
        const auto facts = sequence::facts_of(stored.record);
        return facts ? Result<bool>{facts.value().released_at < at}
                     : Result<bool>{facts.error().at(of.topic)};
    });
}

}  // namespace sluice::runtime
