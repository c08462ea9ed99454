#pragma once

#include "outbox/relay/postgres.hpp"
#include "outbox/row.hpp"
#include "outbox/send_window.hpp"
#include "outbox/slot_share.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace sluice::outbox {

/// Of a page; each slot has an equal part of it, but not less than a few rows.
struct PageLimits {
    std::size_t rows_max{4'096};
    std::size_t bytes_max{std::size_t{16} << 20};
};

/// The rows of sluice_outbox_event, as a SendWindow wants them. Nothing here remembers how far the
/// table was read for longer than a round through it: a transaction that began long ago may commit
/// rows before all that have been seen.
/// Threads:  the connection's.
/// Lifetime: the connection outlives it.
/// Failure:  as PgConnection.
class EventTable {
public:
    explicit EventTable(PgConnection& connection, PageLimits limits = {})
        : connection_{connection},
          limits_{limits} {}

    /// The next rows of each slot, of lines that are not parked, but of `no_domains` none. A line
    /// begins with its first row; where a page ended within one, the next page begins there again.
    [[nodiscard]] Result<std::vector<Row>> read(
        const std::vector<Slot>& slots, const std::vector<std::string>& no_domains
    );

    /// Rows that were acknowledged.
    [[nodiscard]] Status remove(const std::vector<RowKey>& rows);

    /// Rows that were refused, as long as the relay has their slots.
    [[nodiscard]] Status park(RelayId relay, const std::vector<Refused>& rows);

private:
    void move_cursors(
        const std::vector<Slot>& slots, const std::vector<Row>& page, const PageLimits& of_slot
    );

    PgConnection& connection_;
    PageLimits limits_;
    std::map<Slot, Line> cursors_;  ///< lines up to these were read in this round
};

}  // namespace sluice::outbox
