-- SIP configurations: endpoints, and the templates they inherit from.

create table configuration (
  tenant_id uuid not null,
  uuid uuid primary key,
  revision bigint not null,
  kind text not null check (kind in ('endpoint', 'template')),
  -- The name of a section of pjsip.conf, hence one for all tenants.
  name text not null check (name ~ '^[-_.a-zA-Z0-9]{1,79}$' and name not in ('global', 'system')),
  label text,
  asterisk_id text,
  -- Own options by section, [[option, value], …]; secrets sealed.
  sections jsonb not null default '{}',
  operations jsonb not null default '[]',
  -- In order. No foreign key: an array has none; the service refuses what is not there.
  templates uuid[] not null default '{}',
  transport uuid,
  shared boolean not null default false,
  built_in text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index configuration_by_tenant on configuration (tenant_id);
create unique index built_in_once on configuration (tenant_id, built_in) where built_in is not null;
select protect('configuration'), track('configuration');

-- Names that are taken, of all tenants: row level security hides whose they are.
create table taken_name (
  name text primary key,
  owner uuid not null
);

create function take_name() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op <> 'INSERT' and (tg_op = 'DELETE' or new.name <> old.name) then
    delete from taken_name where name = old.name and owner = old.uuid;
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.name <> old.name) then
    insert into taken_name (name, owner) values (new.name, new.uuid);
  end if;
  return null;
end $$;
create trigger name after insert or update or delete on configuration for each row execute function take_name();
