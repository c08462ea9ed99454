create table if not exists settlement_item (event_id text, seller_id text, order_id text not null, kind text not null,
  available_on text not null, payable bigint not null, shipping bigint not null, commission bigint not null,
  amount bigint not null, primary key (event_id, seller_id));
create index if not exists _settlement_item_day on settlement_item (available_on);
create table if not exists settlement_payout (seller_id text, day text, carried_in bigint not null,
  items bigint not null, paid bigint not null, carried_out bigint not null, primary key (seller_id, day));
create table if not exists _settlement_order (order_id text primary key);
create table if not exists _settlement_shipping (order_id text, seller_id text, amount bigint not null,
  available_on text, primary key (order_id, seller_id));
create table if not exists _settlement_unit (order_id text, line bigint, unit bigint, seller_id text not null,
  payable bigint not null, commission bigint not null, state text not null, primary key (order_id, line, unit));
create table if not exists _settlement_seller (seller_id text primary key, carried bigint not null);
create table if not exists _settlement_handled (day text primary key, completed bigint not null,
  returned bigint not null);
create table if not exists _settlement_day (day text primary key, completed bigint not null,
  returned bigint not null, paid boolean not null);
create index if not exists _settlement_day_unpaid on _settlement_day (paid, day);
-- Its one row is the turn to count and pay: see Payouts.
create table if not exists _settlement_turn (one integer primary key);
insert into _settlement_turn (one) values (1) on conflict do nothing;
