-- Who is let in: provisioning keys, passwords, certificates, addresses, consent.

alter table policy
  add column keys text not null default 'off' check (keys in ('off', 'offered', 'required')),
  add column basic_auth text not null default 'off' check (basic_auth in ('off', 'offered', 'required')),
  add column client_certificate text not null default 'off' check (client_certificate in ('off', 'required')),
  add column allow text[] not null default '{}',
  add column consent_hours integer check (consent_hours > 0),
  add column consent_from timestamptz,
  add column key_number integer not null default 0,
  add column previous_key_until timestamptz;

-- From what the keys of a tenant are made: sealed, written once. Not tracked: no undo may bring other keys.
create table provisioning_secret (
  tenant_id uuid primary key,
  revision bigint not null,
  secret text not null
);
select protect('provisioning_secret'), revise('provisioning_secret');

alter table device
  add column key_number integer not null default 0,
  -- Where, and until when, it may fetch without its own key. Null: from its first request on that may begin it.
  add column first_boot_address text,
  add column first_boot_until timestamptz,
  add column consent_at timestamptz not null default now();

-- What a device fetched goes where the device goes; else its next fetch could not be written over it.
create function move_fetch() returns trigger language plpgsql set search_path from current as $$
begin
  update "fetch" set tenant_id = new.tenant_id where device_id = new.id;
  return null;
end $$;
create trigger move_fetch after update of tenant_id on device for each row
  when (old.tenant_id is distinct from new.tenant_id) execute function move_fetch();
