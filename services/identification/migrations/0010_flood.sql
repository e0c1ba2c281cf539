-- What holds a flood of unknown phones back, when their phones were last heard of, and what phones have sent.

-- One row, of the root tenant: the limits of the installation, as far as they are not the defaults.
create table flood_limits (
  tenant_id uuid primary key,
  revision bigint not null,
  limits jsonb not null,
  updated_at timestamptz not null default now()
);
select protect('flood_limits'), track('flood_limits');

-- When the phone of a device that nobody has claimed last asked for anything, to the day. Of its own: it is written far
-- more often than the device, and is no change of it.
create table sighting (
  device_id text primary key references device on delete cascade,
  tenant_id uuid not null,
  at timestamptz not null
);
select protect('sighting');

-- Until when what a phone sends is kept.
create table upload_keeping (
  device_id text primary key references device on delete cascade,
  tenant_id uuid not null,
  until timestamptz not null
);
select protect('upload_keeping');

create table upload (
  id text primary key,
  device_id text not null references device on delete cascade,
  tenant_id uuid not null,
  file text not null,
  content_type text,
  address text not null,
  size integer not null,
  -- Sealed: the settings of a phone hold its credentials, and so may its log.
  content bytea not null,
  at timestamptz not null default now()
);
create index upload_by_device on upload (device_id, at);
select protect('upload');
