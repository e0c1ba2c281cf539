-- What tenants put beside the files of a plugin: custom templates, and files that are served as they are.

create table custom_file (
  tenant_id uuid not null,
  plugin text not null,
  folder text not null check (folder in ('templates', 'tftpboot')),
  name text not null,
  revision bigint not null,
  -- The text of a template; the bytes of another file in base64.
  content text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, plugin, folder, name)
);
select protect('custom_file'), track('custom_file');

-- A config that goes with the last device that uses it.
alter table config add column transient boolean not null default false;
