#include "store/mysql/mysql_inbox.hpp"

#include <string>

namespace sluice::store {

namespace {

constexpr std::string_view kRaise =
    "update sluice_inbox set last_position = ?, last_id_hash = ?, updated_at = ? "
    "where domain = ? and subscription = ? and subject = ? and last_position < ?";

constexpr std::string_view kMake =
    "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, "
    "updated_at) values (?, ?, ?, 0, 0, 0) "
    "on duplicate key update last_position = last_position";

constexpr std::string_view kRaiseInherited =
    "update sluice_inbox mine join sluice_inbox theirs on mine.domain = theirs.domain "
    "and mine.subject = theirs.subject set mine.last_position = theirs.last_position, "
    "mine.last_id_hash = theirs.last_id_hash, mine.updated_at = ? "
    "where mine.domain = ? and mine.subscription = ? and theirs.subscription = ? "
    "and mine.last_position < theirs.last_position";

constexpr std::string_view kMakeInherited =
    "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, "
    "updated_at) select theirs.domain, ?, theirs.subject, theirs.last_position, "
    "theirs.last_id_hash, ? from sluice_inbox theirs left join sluice_inbox mine "
    "on mine.domain = theirs.domain and mine.subject = theirs.subject and mine.subscription = ? "
    "where theirs.domain = ? and theirs.subscription = ? and mine.subject is null";

bool raise(Session& session, const InboxMove& move) {
    return session.execute(
               kRaise,
               {move.position,
                move.id_hash,
                move.at_ms,
                std::string{move.domain},
                std::string{move.subscription},
                std::string{move.subject},
                move.position}
           ) > 0;
}

bool advance(Session& session, const InboxMove& move) {
    if (raise(session, move)) return true;
    session.execute(
        kMake, {std::string{move.domain}, std::string{move.subscription}, std::string{move.subject}}
    );
    return raise(session, move);
}

std::int64_t inherit(Session& session, const InboxHeritage& heritage) {
    const std::string domain{heritage.domain};
    const std::string to{heritage.to};
    const std::string from{heritage.from};
    const std::int64_t raised =
        session.execute(kRaiseInherited, {heritage.at_ms, domain, to, from});
    return raised + session.execute(kMakeInherited, {to, heritage.at_ms, to, domain, from});
}

/// Keys are bytes: collations call "a" and "A", or "a" and "a ", the same.
constexpr InboxSql kInboxSql{
    "create table if not exists sluice_inbox (domain varbinary(64) not null, "
    "subscription varbinary(72) not null, subject varbinary(1024) not null, "
    "last_position bigint not null, last_id_hash bigint not null, updated_at bigint not null, "
    "primary key (domain, subscription, subject)) engine = InnoDB",
    kReadInboxRow,
    advance,
    inherit,
    1'024};

}  // namespace

const InboxSql& mysql_inbox_sql() {
    return kInboxSql;
}

}  // namespace sluice::store
