#pragma once

#include "store/session.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::store {

/// A row of the inbox as it is to be; SQL has no unsigned integers, so the numbers have the same
/// bits.
struct InboxMove {
    std::string_view domain;
    std::string_view subscription;
    std::string_view subject;
    std::int64_t position{};
    std::int64_t id_hash{};
    std::int64_t at_ms{};
};

/// Whose rows are copied, and to whom.
struct InboxHeritage {
    std::string_view domain;
    std::string_view to;  ///< a subscription
    std::string_view from;
    std::int64_t at_ms{};
};

/// The inbox in the dialect of a database; what each part is for stands in inbox.hpp.
struct InboxSql {
    std::string_view create;
    std::string_view read;  ///< domain, subscription, subject

    /// Makes the row, or moves it upwards; whether it did. Waits for whoever has it locked.
    bool (*advance)(Session& session, const InboxMove& move);

    /// Answers how many rows were made or moved.
    std::int64_t (*inherit)(Session& session, const InboxHeritage& heritage);

    std::size_t subject_bytes_max;
};

inline constexpr std::string_view kReadInboxRow =
    "select last_position, last_id_hash from sluice_inbox "
    "where domain = ? and subscription = ? and subject = ?";

/// Where `on conflict … do update … where` says it in one statement: SQLite, PostgreSQL.
bool upsert_inbox_row(Session& session, const InboxMove& move);
std::int64_t upsert_inherited_rows(Session& session, const InboxHeritage& heritage);

}  // namespace sluice::store
