-- Devices that a request over TFTP has made: its source may be forged, so the security log says nothing of it until the
-- phone has taken a file.
create table unproven_device (
  device_id text primary key references device on delete cascade,
  tenant_id uuid not null,
  created_at timestamptz not null default now()
);
select protect('unproven_device');

-- It goes where the device goes; else nobody would find it there.
create function move_unproven() returns trigger language plpgsql set search_path from current as $$
begin
  update unproven_device set tenant_id = new.tenant_id where device_id = new.id;
  return null;
end $$;
create trigger move_unproven after update of tenant_id on device for each row
  when (old.tenant_id is distinct from new.tenant_id) execute function move_unproven();
