-- Sluice's outbox for PostgreSQL 13 and later: docs/guide/outbox.md. Plain SQL, for any tool that runs migrations, in a
-- transaction of its own; the tables and the function lie in the first schema of the search path.

-- What holds for all of it: one row.
create table sluice_outbox_state (
    one      boolean primary key default true check (one),
    version  integer not null default 1,
    epoch    integer not null default 0,         -- of sluice_outbox_source; 0: there is none yet
    rows_max bigint not null default 10000000,   -- beyond it sluice_publish refuses
    is_full  boolean not null default false,     -- this, pending and oldest as a relay has last counted them
    pending  bigint not null default 0,
    oldest   timestamptz,
    count_at timestamptz not null default '-infinity'
);
insert into sluice_outbox_state default values;

-- Who says the events: another source after each restore from a backup, whose numbers begin at 1.
create table sluice_outbox_source (
    epoch  integer primary key check (epoch > 0),
    source text not null unique check (source <> ''),
    since  timestamptz not null default clock_timestamp()
);

-- The last number of each subject. Its row lock, held to the end of the transaction, is what makes numbers gapless.
create table sluice_outbox_subject (
    domain        text collate "C" not null,
    subject       text collate "C" not null,
    slot          smallint not null,             -- for good: the hash may be another one in another version
    epoch         integer not null,
    number        bigint not null,
    before_epoch  integer,                       -- where the source before this one ended
    before_number bigint,
    constraint sluice_outbox_subject_pkey primary key (domain, subject)
) with (fillfactor = 70);

-- Committed, and not acknowledged yet. A relay deletes what was acknowledged.
create table sluice_outbox_event (
    slot            smallint not null,
    domain          text collate "C" not null,
    subject         text collate "C" not null,
    epoch           integer not null,
    number          bigint not null,
    id              text not null,
    type            text not null,
    "time"          timestamptz not null,
    datacontenttype text,
    dataschema      text,
    extensions      jsonb,
    data            bytea,
    primary key (slot, domain, subject, epoch, number)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_threshold = -1,
        autovacuum_vacuum_cost_delay = 0);

-- Subjects whose first event was refused: nothing of them is sent until somebody has chosen.
create table sluice_outbox_parked (
    domain  text collate "C" not null,
    subject text collate "C" not null,
    epoch   integer not null,
    number  bigint not null,
    reason  text not null,
    since   timestamptz not null default clock_timestamp(),
    primary key (domain, subject)
);

-- Events that were given up, as they were; a sluice.void went in place of each.
create table sluice_outbox_voided (
    domain          text collate "C" not null,
    subject         text collate "C" not null,
    epoch           integer not null,
    number          bigint not null,
    id              text not null,
    type            text not null,
    "time"          timestamptz not null,
    datacontenttype text,
    dataschema      text,
    extensions      jsonb,
    data            bytea,
    refused         text not null,
    reason          text not null,
    by              text not null,
    at              timestamptz not null default clock_timestamp(),
    primary key (domain, subject, epoch, number)
);

-- Relays, and who has which slot. A relay that has not said for a while that it lives has none.
create table sluice_outbox_relay (
    relay  integer generated always as identity primary key,
    name   text not null,
    until  timestamptz not null,
    asleep boolean not null default false
) with (fillfactor = 50);

create table sluice_outbox_slot (
    slot  smallint primary key,
    relay integer
) with (fillfactor = 50);
insert into sluice_outbox_slot (slot) select generate_series(0, 63);

-- Takes the subject's next number and keeps the event, in the caller's transaction; answers the number. Whoever publishes
-- for the same subject waits until this transaction has ended.
create function sluice_publish(
    domain          text,
    subject         text,
    type            text,
    data            text default null,
    id              text default null,               -- default: a random UUID
    "time"          timestamptz default null,        -- default: now
    datacontenttype text default 'application/json',
    dataschema      text default null,
    extensions      jsonb default null,
    bytes           bytea default null               -- data that is no text
) returns bigint
language plpgsql
set search_path from current
as $$
#variable_conflict use_column
declare
    state record;
    line  record;
    more  jsonb := sluice_publish.extensions;
begin
    if coalesce(sluice_publish.domain, '') = '' or octet_length(sluice_publish.domain) > 255
       or coalesce(sluice_publish.subject, '') = '' or octet_length(sluice_publish.subject) > 1024
       or coalesce(sluice_publish.type, '') = '' or sluice_publish.id = '' then
        raise exception 'sluice_publish: domain (1 to 255 bytes), subject (1 to 1024), type and id may not be empty'
            using errcode = 'invalid_parameter_value';
    end if;
    if sluice_publish.datacontenttype = 'application/json' and sluice_publish.data is not null then
        perform sluice_publish.data::json;  -- what is no JSON fails here, where it can be mended
    end if;
    if exists (select from jsonb_each(more) as e
               where e.key !~ '^[a-z][a-z0-9]{0,19}$' or jsonb_typeof(e.value) not in ('string', 'number', 'boolean')
                  or e.key in ('id', 'source', 'type', 'subject', 'time', 'specversion', 'datacontenttype', 'dataschema',
                               'data', 'sourcesequence')) then
        raise exception 'sluice_publish: extensions are a-z and 0-9, 20 letters at most, none of CloudEvents'' own, and texts'
            using errcode = 'invalid_parameter_value';
    end if;
    select s.epoch, s.is_full into strict state from sluice_outbox_state as s;
    if state.epoch = 0 then
        raise exception 'sluice_publish: this database is no source yet'
            using errcode = 'object_not_in_prerequisite_state', hint = 'sluice outbox source /orders --database …';
    end if;
    if state.is_full then
        raise exception 'sluice_publish: the outbox is full: more than % events were never acknowledged',
                (select s.rows_max from sluice_outbox_state as s)
            using errcode = 'configuration_limit_exceeded', hint = 'look what keeps the relays: sluice outbox status';
    end if;

    insert into sluice_outbox_subject as s (domain, subject, slot, epoch, number)
    values (sluice_publish.domain, sluice_publish.subject, hashtextextended(sluice_publish.subject, 0) & 63, state.epoch, 1)
    on conflict on constraint sluice_outbox_subject_pkey do update set
        before_epoch  = case when s.epoch = excluded.epoch then s.before_epoch else s.epoch end,
        before_number = case when s.epoch = excluded.epoch then s.before_number else s.number end,
        number        = case when s.epoch = excluded.epoch then s.number + 1 else 1 end,
        epoch         = excluded.epoch
    where s.epoch <= excluded.epoch
    returning s.slot, s.number, s.before_epoch, s.before_number into line;
    if not found then
        raise exception 'sluice_publish: the database has another source now' using errcode = 'serialization_failure';
    end if;
    if line.number = 1 and line.before_epoch is not null then  -- it happened after all that the old source has said
        more := coalesce(more, '{}') || jsonb_build_object('dependson', concat_ws(' ', more ->> 'dependson',
            (select b.source from sluice_outbox_source as b where b.epoch = line.before_epoch), line.before_number));
    end if;

    insert into sluice_outbox_event (slot, domain, subject, epoch, number, id, type, "time", datacontenttype, dataschema,
                                     extensions, data)
    values (line.slot, sluice_publish.domain, sluice_publish.subject, state.epoch, line.number,
            coalesce(sluice_publish.id, gen_random_uuid()::text), sluice_publish.type,
            coalesce(sluice_publish."time", clock_timestamp()), sluice_publish.datacontenttype, sluice_publish.dataschema,
            more, coalesce(sluice_publish.bytes, convert_to(sluice_publish.data, 'UTF8')));

    -- Only who sleeps is woken: commits with a NOTIFY wait for one another.
    if exists (select from sluice_outbox_slot as s join sluice_outbox_relay as r on r.relay = s.relay
               where s.slot = line.slot and r.asleep and r.until > clock_timestamp()) then
        perform pg_notify('sluice_outbox', line.slot::text);
    end if;
    return line.number;
end
$$;
