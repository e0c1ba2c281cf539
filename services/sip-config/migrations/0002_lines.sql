-- What endpoints are used for, and what belongs to the installation. Ids of lines, trunks and extensions are whole
-- numbers, as scripts know them.

create table transport (
  tenant_id uuid not null,
  uuid uuid primary key,
  revision bigint not null,
  name text not null check (name ~ '^[-_.a-zA-Z0-9]{1,79}$' and name not in ('global', 'system')),
  options jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select protect('transport'), track('transport');
create trigger name after insert or update or delete on transport for each row execute function take_name();

create table registrar (
  tenant_id uuid not null,
  id text primary key,
  revision bigint not null,
  deletable boolean not null default true,
  name text,
  hosts jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select protect('registrar'), track('registrar');

create table line (
  tenant_id uuid not null,
  id bigint generated always as identity primary key,
  revision bigint not null,
  context text not null,
  position int not null default 1 check (position between 1 and 64),
  caller_id_name text,
  caller_id_number text,
  provisioning_code text not null unique check (provisioning_code ~ '^[0-9]{6}$'),
  registrar text,
  application text,
  endpoint uuid unique,
  users text[] not null default '{}',
  -- Devices are another service's: no foreign key.
  device_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index line_by_tenant on line (tenant_id);
create unique index line_position on line (device_id, position) where device_id is not null;
select protect('line'), track('line');

create table extension (
  tenant_id uuid not null,
  id bigint generated always as identity primary key,
  revision bigint not null,
  exten text not null,
  context text not null,
  line_id bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (context, exten)
);
create index extension_by_line on extension (line_id) where line_id is not null;
select protect('extension'), track('extension');

create table trunk (
  tenant_id uuid not null,
  id bigint generated always as identity primary key,
  revision bigint not null,
  context text,
  label text,
  endpoint uuid unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index trunk_by_tenant on trunk (tenant_id);
select protect('trunk'), track('trunk');

create table setting (
  tenant_id uuid not null,
  section text not null check (section in ('global', 'system', 'general')),
  revision bigint not null,
  options jsonb not null default '{}',
  asterisk_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, section)
);
select protect('setting'), track('setting');

-- Contexts of the dialplan belong to one tenant each: were two to use one, their equal extensions would meet.
create table context_owner (
  name text primary key,
  tenant_id uuid not null
);

-- Takes a context for a tenant; answers false when another one has it.
create function claim_context(wanted text, tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
begin
  insert into context_owner (name, tenant_id) values (wanted, tenant) on conflict do nothing;
  return exists (select from context_owner where name = wanted and tenant_id = tenant);
end $$;
revoke all on context_owner from public;
