-- Configs, plugins, and what has been rendered for each device.

create table config (
  tenant_id uuid not null,
  id text not null,
  revision bigint not null,
  parents text[] not null default '{}',
  -- The parameters, secrets sealed.
  raw jsonb not null default '{}',
  role text check (role in ('autocreate')),
  label text,
  deletable boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
select protect('config'), track('config');

-- Plugins belong to the installation, not to a tenant.
create table plugin (
  id text primary key,
  revision bigint not null,
  version text not null,
  hash text not null,
  origin text not null check (origin in ('built-in', 'installed')),
  installed_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select revise('plugin');

-- What the files of a device are at present. No foreign key: devices are another service's.
create table rendered (
  device_id text primary key,
  tenant_id uuid not null,
  revision bigint not null,
  config text not null,
  plugin text,
  digests jsonb not null default '{}',
  error text,
  -- The last files that could be rendered, sealed: served while rendering fails.
  last_good bytea,
  updated_at timestamptz not null default now()
);
create index rendered_by_tenant on rendered (tenant_id);
select protect('rendered'), revise('rendered');
