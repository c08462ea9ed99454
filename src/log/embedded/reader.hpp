#pragma once

#include <sluice/result.hpp>

#include "log/embedded/catalog.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::log {

using Entries = std::vector<std::pair<std::string, std::string>>;

/// Reads of records, consumed offsets and state.
/// Threads:  any.
/// Lifetime: store and health outlive it.
/// Failure:  kCorrupt names topic, partition and offset of a record that is damaged or missing.
class Reader {
public:
    Reader(const Store& store, Health& health) : store_{store}, health_{health} {}

    /// At the end of the partition it does not touch the store.
    [[nodiscard]] Result<Records> read(const Located& of, Offset from, const ReadLimits& limits)
        const;

    /// Where the batch begins that holds `offset`; `offset` itself when none does.
    [[nodiscard]] Result<Offset> batch_of(const Located& of, Offset offset) const;

    /// `as_of`, here and below: null is now, with what a group has written whose ends are not told
    /// yet. That is for who holds the lease; from outside, look through `Published`.
    [[nodiscard]] Result<std::optional<Offset>> consumed(
        GroupId group, Place place, const rocksdb::Snapshot* as_of = nullptr
    ) const;

    [[nodiscard]] Result<std::optional<std::string>> get(
        GroupId group, HomeId home, Table table, std::string_view key
    ) const;

    [[nodiscard]] Result<Entries> scan(
        GroupId group,
        HomeId home,
        Table table,
        std::string_view from,
        std::size_t limit,
        const rocksdb::Snapshot* as_of = nullptr
    ) const;

private:
    struct Portion {
        Offset from;
        Offset end;
        std::size_t bytes_max;
    };

    /// Reads on until the portion's end, or as many bytes; answers the offset of a hole, if any.
    [[nodiscard]] Result<std::optional<Offset>> read_batches(
        const Located& of, const Portion& portion, std::vector<StoredRecord>& records
    ) const;

    const Store& store_;
    Health& health_;
};

}  // namespace sluice::log
