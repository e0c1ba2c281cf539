create table device (
  id text primary key,
  tenant_id uuid not null,
  mac text unique,
  description text,
  password text,
  price numeric(12, 6),
  seen timestamptz,
  facts jsonb not null default '{}',
  revision bigint not null,
  updated_at timestamptz not null default clock_timestamp()
);
select protect('device'), track('device'), allow_lookup('device', '{id,tenant_id,mac}');

create table line (
  device_id text references device deferrable initially deferred,
  position int,
  tenant_id uuid not null,
  number text not null,
  double_position int generated always as (position * 2) stored,
  revision bigint not null,
  primary key (device_id, position)
);
select protect('line'), track('line');

create table call (
  tenant_id uuid not null,
  at date not null,
  note text,
  body bytea
) partition by range (at);
create table call_2026 partition of call for values from ('2026-01-01') to ('2027-01-01');
select protect('call');
