#include "outbox/relay/lease_table.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::outbox {

namespace {

// Advisory locks: 1 orders whoever changes shares; (2, relay) is held while that relay's session
// lives.
constexpr std::string_view kListen = "listen sluice_outbox";
constexpr std::string_view kNewId =
    "select nextval(pg_get_serial_sequence('sluice_outbox_relay', 'relay'))";
constexpr std::string_view kHoldId = "select pg_advisory_lock(7486952, $1::integer)";
constexpr std::string_view kDropId = "select pg_advisory_unlock(7486952, $1::integer)";
constexpr std::string_view kJoin =
    "insert into sluice_outbox_relay (relay, name, until) overriding system value "
    "values ($1, $2, clock_timestamp() + $3::interval)";
constexpr std::string_view kRenew =
    "update sluice_outbox_relay set until = clock_timestamp() + $2::interval where relay = $1";
constexpr std::string_view kLockShares = "select pg_try_advisory_xact_lock(7486951)";
constexpr std::string_view kMine =
    "select slot from sluice_outbox_slot where relay = $1 order by slot";
constexpr std::string_view kClearAway =
    "delete from sluice_outbox_relay where relay <> $1 and case when until < clock_timestamp() "
    "then true else pg_try_advisory_xact_lock(7486952, relay) end";
constexpr std::string_view kSlots =
    "select s.slot, coalesce(r.relay, 0) from sluice_outbox_slot s left join sluice_outbox_relay r "
    "on r.relay = s.relay order by s.slot";
constexpr std::string_view kRelays = "select count(*) from sluice_outbox_relay";
constexpr std::string_view kClaim =
    "update sluice_outbox_slot set relay = $1 where slot = any($2::smallint[])";
constexpr std::string_view kRelease =
    "update sluice_outbox_slot set relay = null where slot = any($2::smallint[]) and relay = $1";
constexpr std::string_view kAsleep =
    "update sluice_outbox_relay set asleep = $2::boolean where relay = $1";
constexpr std::string_view kReleaseAll =
    "update sluice_outbox_slot set relay = null where relay = $1";
constexpr std::string_view kLeave = "delete from sluice_outbox_relay where relay = $1";
// Counting reads the whole table: the longer it takes, the more seldom it is done.
constexpr std::string_view kMayMeasure =
    "update sluice_outbox_state set count_at = clock_timestamp() + interval '1 minute' "
    "where count_at < clock_timestamp() returning one";
constexpr std::string_view kMeasure =
    "with found as (select count(*) as pending, min(\"time\") as oldest from sluice_outbox_event) "
    "update sluice_outbox_state s set pending = f.pending, oldest = f.oldest, "
    "is_full = f.pending > s.rows_max, count_at = clock_timestamp() + greatest(interval '5 "
    "seconds', (clock_timestamp() - statement_timestamp()) * 20) from found f";
constexpr std::string_view kBacklog =
    "select pending, (select count(*) from sluice_outbox_parked), "
    "coalesce(extract(epoch from oldest)::bigint, 0), is_full from sluice_outbox_state";

std::string array_of(const std::vector<Slot>& slots) {
    std::vector<std::int64_t> numbers;
    for (const Slot slot : slots) numbers.push_back(slot.value);
    return pg_array(numbers);
}

std::string text_of(RelayId id) {
    return std::to_string(id.value);
}

std::string text_of(Milliseconds time) {
    return fmt::format("{} milliseconds", time.count());
}

Status without_rows(const Result<PgRows>& answer) {
    if (!answer) return answer.error();
    return ok();
}

}  // namespace

Result<Backlog> read_backlog(PgConnection& connection) {
    const auto found = connection.run(kBacklog);
    if (!found) return found.error();
    Backlog backlog;
    backlog.pending = static_cast<std::uint64_t>(found->number(0, 0));
    backlog.parked = static_cast<std::uint64_t>(found->number(0, 1));
    backlog.oldest_s = found->number(0, 2);
    backlog.full = found->truth(0, 3);
    return backlog;
}

Status LeaseTable::join(const std::string& name) {
    if (const auto heard = connection_.run(kListen); !heard) return heard.error();
    const auto made = connection_.run(kNewId);
    if (!made) return made.error();
    const RelayId id{static_cast<std::int32_t>(made->number(0, 0))};
    if (const auto held = connection_.run(kHoldId, {text_of(id)}); !held) return held.error();
    const auto joined = connection_.run(kJoin, {text_of(id), name, text_of(lease_)});
    if (!joined) return joined.error();
    id_ = id;
    return ok();
}

Status LeaseTable::renew() {
    const auto renewed = connection_.run(kRenew, {text_of(id_), text_of(lease_)});
    if (!renewed) return renewed.error();
    if (renewed->affected() == 1) return ok();
    return Error{ErrorCode::kFenced, "the lease has passed: others have the slots"};
}

Result<std::vector<Slot>> LeaseTable::share() {
    auto transaction = PgTransaction::begin(connection_);
    if (!transaction) return transaction.error();
    const auto locked = connection_.run(kLockShares);
    if (!locked) return locked.error();
    // Somebody is at it: the next look will do. Nobody waits for a relay that stands still there.
    if (locked->truth(0, 0)) {
        if (const Status moved = move_shares(); !moved) return moved.error();
    }
    const auto rows = connection_.run(kMine, {text_of(id_)});
    if (!rows) return rows.error();
    if (const Status committed = transaction->commit(); !committed) return committed.error();
    std::vector<Slot> mine;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        mine.push_back(Slot{static_cast<std::uint16_t>(rows->number(row, 0))});
    }
    return mine;
}

Status LeaseTable::move_shares() {
    if (const auto cleared = connection_.run(kClearAway, {text_of(id_)}); !cleared) {
        return cleared.error();
    }
    const auto relays = connection_.run(kRelays);
    if (!relays) return relays.error();
    const auto rows = connection_.run(kSlots);
    if (!rows) return rows.error();
    std::vector<SlotOwner> owners;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        owners.push_back(
            {Slot{static_cast<std::uint16_t>(rows->number(row, 0))},
             RelayId{static_cast<std::int32_t>(rows->number(row, 1))}}
        );
    }
    const auto count = static_cast<std::size_t>(relays->number(0, 0));
    if (count == 0) return Error{ErrorCode::kFenced, "the lease has passed: nobody is registered"};
    const ShareMove move = share_slots(owners, count, id_);
    for (const auto& [statement, slots] :
         {std::pair{kClaim, move.claim}, std::pair{kRelease, move.release}}) {
        if (slots.empty()) continue;
        const auto moved = connection_.run(statement, {text_of(id_), array_of(slots)});
        if (!moved) return moved.error();
    }
    return ok();
}

Status LeaseTable::set_asleep(bool asleep) {
    return without_rows(connection_.run(kAsleep, {text_of(id_), asleep ? "true" : "false"}));
}

Status LeaseTable::leave() {
    for (const std::string_view statement : {kReleaseAll, kLeave, kDropId}) {
        if (const auto left = connection_.run(statement, {text_of(id_)}); !left) {
            return left.error();
        }
    }
    return ok();
}

Result<Backlog> LeaseTable::measure() {
    const auto may = connection_.run(kMayMeasure);
    if (!may) return may.error();
    if (may->size() == 1) {
        if (const auto measured = connection_.run(kMeasure); !measured) return measured.error();
    }
    return read_backlog(connection_);
}

}  // namespace sluice::outbox
