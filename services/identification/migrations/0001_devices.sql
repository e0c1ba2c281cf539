-- Devices, what they fetched, and how their tenants want them treated.

create table device (
  id text primary key,
  tenant_id uuid not null,
  revision bigint not null,
  -- Unique over all tenants: a phone is in one place. Lower case with colons.
  mac text unique,
  ip text,
  sn text,
  uuid text unique,
  vendor text,
  model text,
  version text,
  plugin text,
  config text,
  description text,
  options jsonb,
  added text not null check (added in ('auto', 'api')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (vendor, sn)
);
create index device_by_tenant on device (tenant_id, ip);
create index device_by_ip on device (ip);
select protect('device'), track('device');
-- Who asks for a file is looked for among all tenants' devices, by what identifies a phone and nothing else.
select allow_lookup('device', '{id,tenant_id,mac,sn,uuid,ip,vendor}');

-- The last time a device took the file that holds its configuration. A table of its own: it is written far more often.
create table "fetch" (
  device_id text primary key references device on delete cascade,
  tenant_id uuid not null,
  revision bigint not null,
  -- Of the bytes it took: tells whether they are what is rendered now.
  digest text,
  file text not null,
  transport text not null,
  address text not null,
  at timestamptz not null
);
select protect('fetch');

create table policy (
  tenant_id uuid primary key,
  revision bigint not null,
  nat boolean not null default false,
  address_change text not null default 'allow' check (address_change in ('allow', 'refuse')),
  updated_at timestamptz not null default now()
);
select protect('policy'), track('policy');
