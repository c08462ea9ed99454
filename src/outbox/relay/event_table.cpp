#include "outbox/relay/event_table.hpp"

#include "base/assert.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace sluice::outbox {

namespace {

// 500: bytes of a row's attributes and their names, about.
constexpr std::string_view kRead =
    "select e.slot, e.domain, e.subject, e.epoch, e.number, e.size, s.source, e.id, e.type, "
    "to_char(e.\"time\" at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "e.datacontenttype, e.dataschema, e.extensions, e.data "
    "from unnest($1::smallint[], $2::text[], $3::text[]) as m(slot, domain, subject) "
    "cross join lateral (select x.*, sum(x.size) over (order by x.domain, x.subject, x.epoch, "
    "x.number) as running from (select t.*, coalesce(octet_length(t.data), 0) + 500 as size "
    "from sluice_outbox_event t where t.slot = m.slot and (t.domain, t.subject) > (m.domain "
    "collate \"C\", m.subject collate \"C\") and t.domain <> all($6::text[]) and not exists "
    "(select from sluice_outbox_parked p where p.domain = t.domain and p.subject = t.subject) "
    "order by t.domain, t.subject, t.epoch, t.number limit $4) x) e "
    "join sluice_outbox_source s on s.epoch = e.epoch where e.running - e.size < $5 "
    "order by e.slot, e.domain, e.subject, e.epoch, e.number";
constexpr std::string_view kRemove =
    "delete from sluice_outbox_event e using unnest($1::smallint[], $2::text[], $3::text[], "
    "$4::integer[], $5::bigint[]) as t(slot, domain, subject, epoch, number) where e.slot = t.slot "
    "and e.domain = t.domain collate \"C\" and e.subject = t.subject collate \"C\" "
    "and e.epoch = t.epoch and e.number = t.number";
constexpr std::string_view kPark =
    "insert into sluice_outbox_parked (domain, subject, epoch, number, reason) "
    "select t.domain, t.subject, t.epoch, t.number, t.reason from unnest($1::smallint[], "
    "$2::text[], $3::text[], $4::integer[], $5::bigint[], $6::text[]) as t(slot, domain, subject, "
    "epoch, number, reason) join sluice_outbox_slot s on s.slot = t.slot where s.relay = "
    "$7::integer on conflict do nothing";

/// Keys, column by column.
struct Columns {
    std::vector<std::int64_t> slots;
    std::vector<std::string> domains;
    std::vector<std::string> subjects;
    std::vector<std::int64_t> epochs;
    std::vector<std::int64_t> numbers;

    void add(const RowKey& key) {
        slots.push_back(key.slot.value);
        domains.push_back(key.line.domain);
        subjects.push_back(key.line.subject);
        epochs.push_back(key.place.epoch.value);
        numbers.push_back(static_cast<std::int64_t>(key.place.number.value));
    }
};

std::optional<std::string> optional_text(const PgRows& rows, std::size_t row, int column) {
    if (rows.is_null(row, column)) return std::nullopt;
    return std::string{rows.text(row, column)};
}

/// sluice_publish has seen to it that they are texts, numbers or truths.
void add_extensions(Event& event, std::string_view json) {
    const auto members = nlohmann::json::parse(json);
    for (const auto& [name, value] : members.items()) {
        const bool is_text = value.is_string();
        event.extensions.emplace(name, is_text ? value.get<std::string>() : value.dump());
    }
}

enum Column : std::uint8_t {
    kSlot,
    kDomain,
    kSubject,
    kEpoch,
    kNumber,
    kSize,
    kSource,
    kId,
    kType,
    kTime,
    kContentType,
    kSchema,
    kExtensions,
    kData
};

Row row_of(const PgRows& rows, std::size_t at) {
    Row row;
    row.key.slot = Slot{static_cast<std::uint16_t>(rows.number(at, kSlot))};
    row.key.line = {std::string{rows.text(at, kDomain)}, std::string{rows.text(at, kSubject)}};
    row.key.place.epoch = Epoch{static_cast<std::uint32_t>(rows.number(at, kEpoch))};
    row.key.place.number = SourceNumber{static_cast<std::uint64_t>(rows.number(at, kNumber))};
    row.bytes = static_cast<std::size_t>(rows.number(at, kSize));
    Event& event = row.event;
    event.id = rows.text(at, kId);
    event.source = rows.text(at, kSource);
    event.type = rows.text(at, kType);
    event.subject = row.key.line.subject;
    event.time = std::string{rows.text(at, kTime)};
    event.datacontenttype = optional_text(rows, at, kContentType);
    event.dataschema = optional_text(rows, at, kSchema);
    if (!rows.is_null(at, kExtensions)) add_extensions(event, rows.text(at, kExtensions));
    event.extensions.emplace(extension::kSourceSequence, rows.text(at, kNumber));
    if (!rows.is_null(at, kData)) event.data = rows.bytes(at, kData);
    return row;
}

}  // namespace

Result<std::vector<Row>> EventTable::read(
    const std::vector<Slot>& slots, const std::vector<std::string>& no_domains
) {
    SLUICE_ASSERT(!slots.empty());
    constexpr std::size_t kRowsMin = 16;
    const PageLimits of_slot{
        std::max(limits_.rows_max / slots.size(), kRowsMin), limits_.bytes_max / slots.size()};
    Columns from;
    for (const Slot slot : slots) from.add({slot, cursors_[slot], {}});
    const auto rows = connection_.run(
        kRead,
        {pg_array(from.slots),
         pg_array(from.domains),
         pg_array(from.subjects),
         std::to_string(of_slot.rows_max),
         std::to_string(of_slot.bytes_max),
         pg_array(no_domains)}
    );
    if (!rows) return rows.error();
    std::vector<Row> page;
    page.reserve(rows->size());
    for (std::size_t at = 0; at < rows->size(); ++at) page.push_back(row_of(*rows, at));
    move_cursors(slots, page, of_slot);
    return page;
}

void EventTable::move_cursors(
    const std::vector<Slot>& slots, const std::vector<Row>& page, const PageLimits& of_slot
) {
    for (const Slot slot : slots) cursors_[slot] = {};  // read to its end: a new round
    for (auto begin = page.begin(); begin != page.end();) {
        const Slot slot = begin->key.slot;
        std::size_t bytes = 0;
        auto end = begin;
        for (; end != page.end() && end->key.slot == slot; ++end) bytes += end->bytes;
        const auto count = static_cast<std::size_t>(end - begin);
        if (count >= of_slot.rows_max || bytes >= of_slot.bytes_max) {
            // Its last line may go on behind the page; the next one begins there, unless there was
            // no other: then the rest of that line waits for the next round.
            const Line& last = (end - 1)->key.line;
            auto before = end - 1;
            while (before != begin && before->key.line == last) --before;
            cursors_[slot] = before->key.line;
        }
        begin = end;
    }
}

Status EventTable::remove(const std::vector<RowKey>& rows) {
    if (rows.empty()) return ok();
    Columns gone;
    for (const RowKey& key : rows) gone.add(key);
    const auto removed = connection_.run(
        kRemove,
        {pg_array(gone.slots),
         pg_array(gone.domains),
         pg_array(gone.subjects),
         pg_array(gone.epochs),
         pg_array(gone.numbers)}
    );
    if (!removed) return removed.error();
    return ok();
}

Status EventTable::park(RelayId relay, const std::vector<Refused>& rows) {
    if (rows.empty()) return ok();
    Columns parked;
    std::vector<std::string> reasons;
    for (const Refused& one : rows) {
        parked.add(one.key);
        reasons.push_back(one.reason);
    }
    const auto done = connection_.run(
        kPark,
        {pg_array(parked.slots),
         pg_array(parked.domains),
         pg_array(parked.subjects),
         pg_array(parked.epochs),
         pg_array(parked.numbers),
         pg_array(reasons),
         std::to_string(relay.value)}
    );
    if (!done) return done.error();
    return ok();
}

}  // namespace sluice::outbox
