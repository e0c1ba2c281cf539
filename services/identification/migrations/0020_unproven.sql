-- Devices that a request over TFTP has made: its source may be forged, so the security log says nothing of it until the
-- phone has taken a file.
create table unproven_device (
  device_id text primary key references device on delete cascade,
  -- Of the root tenant, whoever has claimed the device meanwhile.
  tenant_id uuid not null,
  created_at timestamptz not null default now()
);
select protect('unproven_device');
