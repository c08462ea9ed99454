#pragma once

#include <sluice/event.hpp>
#include <sluice/sql.hpp>

#include <cstdint>
#include <string_view>

namespace sluice {

/// Puts an event into the outbox of the database that `sql` is a transaction of, on PostgreSQL: it
/// is published if the transaction is committed, and never if not. Answers its `sourcesequence`.
/// Within a handler it is one with the handler's effects: what an event has caused is published
/// once.
///
/// `event.source` and an extension `sourcesequence` are empty: the database says them. An empty id
/// is drawn by the database, an absent time is now. docs/guide/outbox.md.
/// Threads:  the transaction's.
/// Failure:  throws SqlError as any statement: what cannot be an event is refused here, and so is
///           any while the outbox is full. Holds the subject until the transaction ends.
std::int64_t publish_in(Sql& sql, std::string_view domain, const Event& event);

}  // namespace sluice
