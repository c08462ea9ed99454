#include "outbox/relay/desk.hpp"

#include "event/text.hpp"
#include "outbox/relay/migration.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::outbox {

namespace {

constexpr std::string_view kIsThere =
    "select to_regclass('sluice_outbox_state') is not null or to_regclass('sluice_outbox_event') "
    "is not null";
// Whoever has published holds this table's lock to the end of its transaction.
constexpr std::string_view kLockState = "lock table sluice_outbox_state in access exclusive mode";
constexpr std::string_view kCurrent =
    "select coalesce(s.source, '') from sluice_outbox_state t left join sluice_outbox_source s on "
    "s.epoch = t.epoch";
constexpr std::string_view kKnown = "select 1 from sluice_outbox_source where source = $1";
constexpr std::string_view kNextSource =
    "with made as (insert into sluice_outbox_source (epoch, source) select t.epoch + 1, $1 from "
    "sluice_outbox_state t returning epoch) update sluice_outbox_state t set epoch = made.epoch "
    "from made";
constexpr std::string_view kLivingRelays =
    "select r.name, count(s.slot), r.asleep from sluice_outbox_relay r left join "
    "sluice_outbox_slot s on s.relay = r.relay where r.until > clock_timestamp() "
    "group by r.relay order by r.name, r.relay";
constexpr std::string_view kParked =
    "select p.domain, p.subject, p.number, coalesce(e.type, ''), p.reason, to_char(p.since at time "
    "zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), (select count(*) from sluice_outbox_event b "
    "where b.slot = s.slot and b.domain = p.domain and b.subject = p.subject "
    "and (b.epoch, b.number) > (p.epoch, p.number)) from sluice_outbox_parked p "
    "join sluice_outbox_subject s on s.domain = p.domain and s.subject = p.subject "
    "left join sluice_outbox_event e on e.slot = s.slot and e.domain = p.domain and "
    "e.subject = p.subject and e.epoch = p.epoch and e.number = p.number "
    "where ($1 = '' or p.domain = $1) and ($2 = '' or p.subject = $2) "
    "order by p.since, p.domain, p.subject limit $3";
constexpr std::string_view kRetry =
    "delete from sluice_outbox_parked where ($1 = '' or domain = $1) and ($2 = '' or subject = $2)";
constexpr std::string_view kRing = "select pg_notify('sluice_outbox', '')";
constexpr std::string_view kUnpark =
    "delete from sluice_outbox_parked where domain = $1 and subject = $2";
constexpr std::string_view kKeep =
    "insert into sluice_outbox_voided (domain, subject, epoch, number, id, type, \"time\", "
    "datacontenttype, dataschema, extensions, data, refused, reason, by) select e.domain, "
    "e.subject, e.epoch, e.number, e.id, e.type, e.\"time\", e.datacontenttype, e.dataschema, "
    "e.extensions, e.data, p.reason, $3, $4 from sluice_outbox_parked p join "
    "sluice_outbox_subject s on s.domain = p.domain and s.subject = p.subject join "
    "sluice_outbox_event e on e.slot = s.slot and e.domain = p.domain and e.subject = p.subject "
    "and e.epoch = p.epoch and e.number = p.number where p.domain = $1 and p.subject = $2";
constexpr std::string_view kVoid =
    "update sluice_outbox_event e set type = 'sluice.void', datacontenttype = 'application/json', "
    "dataschema = null, data = convert_to(json_build_object('type', e.type, 'reason', $3::text, "
    "'by', $4::text)::text, 'UTF8') from sluice_outbox_parked p join sluice_outbox_subject s "
    "on s.domain = p.domain and s.subject = p.subject where p.domain = $1 and p.subject = $2 and "
    "e.slot = s.slot and e.domain = p.domain and e.subject = p.subject and e.epoch = p.epoch and "
    "e.number = p.number";

Error not_parked(const Line& line) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "subject {} of domain {} is not parked; `sluice outbox list` shows what is",
            event::shown(line.subject),
            event::shown(line.domain)
        )};
}

}  // namespace

Status OutboxDesk::migrate() {
    const auto there = connection_.run(kIsThere);
    if (!there) return there.error();
    if (there->truth(0, 0)) {
        return Error{ErrorCode::kAlreadyExists, "the outbox's tables are there already"};
    }
    return connection_.run_script(std::string{postgres_migration()});
}

Result<std::string> OutboxDesk::begin_source(const std::string& source) {
    auto transaction = PgTransaction::begin(connection_);
    if (!transaction) return transaction.error();
    if (const auto locked = connection_.run(kLockState); !locked) return locked.error();
    const auto current = connection_.run(kCurrent);
    if (!current) return current.error();
    const auto known = connection_.run(kKnown, {source});
    if (!known) return known.error();
    if (known->size() > 0) {
        return Error{
            ErrorCode::kAlreadyExists,
            fmt::format(
                "{} has been this database's source; its numbers are used: name another, such as "
                "{};2",
                event::shown(source),
                source.substr(0, source.find(';'))
            )};
    }
    if (const auto made = connection_.run(kNextSource, {source}); !made) return made.error();
    if (const Status committed = transaction->commit(); !committed) return committed.error();
    return std::string{current->text(0, 0)};
}

Result<OutboxStatus> OutboxDesk::status() {
    const auto current = connection_.run(kCurrent);
    if (!current) return current.error();
    auto backlog = read_backlog(connection_);
    if (!backlog) return backlog.error();
    const auto relays = connection_.run(kLivingRelays);
    if (!relays) return relays.error();
    OutboxStatus status{std::string{current->text(0, 0)}, *backlog, {}};
    for (std::size_t row = 0; row < relays->size(); ++row) {
        status.relays.push_back(
            {std::string{relays->text(row, 0)},
             static_cast<std::uint64_t>(relays->number(row, 1)),
             relays->truth(row, 2)}
        );
    }
    return status;
}

Result<std::vector<ParkedSubject>> OutboxDesk::parked(
    const ParkedFilter& filter, std::size_t rows_max
) {
    const auto rows =
        connection_.run(kParked, {filter.domain, filter.subject, std::to_string(rows_max)});
    if (!rows) return rows.error();
    std::vector<ParkedSubject> found;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        ParkedSubject one;
        one.line = {std::string{rows->text(row, 0)}, std::string{rows->text(row, 1)}};
        one.number = static_cast<std::uint64_t>(rows->number(row, 2));
        one.type = rows->text(row, 3);
        one.reason = rows->text(row, 4);
        one.since = rows->text(row, 5);
        one.behind = static_cast<std::uint64_t>(rows->number(row, 6));
        found.push_back(std::move(one));
    }
    return found;
}

Result<std::uint64_t> OutboxDesk::retry(const ParkedFilter& filter) {
    const auto freed = connection_.run(kRetry, {filter.domain, filter.subject});
    if (!freed) return freed.error();
    if (const auto rung = connection_.run(kRing); !rung) return rung.error();
    return freed->affected();
}

Status OutboxDesk::give_up(const Line& line, const std::string& reason, const std::string& by) {
    auto transaction = PgTransaction::begin(connection_);
    if (!transaction) return transaction.error();
    for (const std::string_view statement : {kKeep, kVoid}) {
        const auto done = connection_.run(statement, {line.domain, line.subject, reason, by});
        if (!done) return done.error();
        if (done->affected() != 1) return not_parked(line);
    }
    const auto unparked = connection_.run(kUnpark, {line.domain, line.subject});
    if (!unparked) return unparked.error();
    if (unparked->affected() != 1) return not_parked(line);  // somebody was faster
    if (const auto rung = connection_.run(kRing); !rung) return rung.error();
    return transaction->commit();
}

}  // namespace sluice::outbox
