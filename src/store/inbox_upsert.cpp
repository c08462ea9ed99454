#include "store/inbox_sql.hpp"

#include <string>

namespace sluice::store {

namespace {

constexpr std::string_view kAdvance =
    "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, "
    "updated_at) values (?, ?, ?, ?, ?, ?) on conflict (domain, subscription, subject) do update "
    "set last_position = excluded.last_position, last_id_hash = excluded.last_id_hash, "
    "updated_at = excluded.updated_at "
    "where excluded.last_position > sluice_inbox.last_position";

constexpr std::string_view kInherit =
    "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, "
    "updated_at) select domain, ?, subject, last_position, last_id_hash, ? from sluice_inbox "
    "where domain = ? and subscription = ? on conflict (domain, subscription, subject) do update "
    "set last_position = excluded.last_position, last_id_hash = excluded.last_id_hash, "
    "updated_at = excluded.updated_at "
    "where excluded.last_position > sluice_inbox.last_position";

}  // namespace

bool upsert_inbox_row(Session& session, const InboxMove& move) {
    return session.execute(
               kAdvance,
               {std::string{move.domain},
                std::string{move.subscription},
                std::string{move.subject},
                move.position,
                move.id_hash,
                move.at_ms}
           ) > 0;
}

std::int64_t upsert_inherited_rows(Session& session, const InboxHeritage& heritage) {
    return session.execute(
        kInherit,
        {std::string{heritage.to},
         heritage.at_ms,
         std::string{heritage.domain},
         std::string{heritage.from}}
    );
}

}  // namespace sluice::store
