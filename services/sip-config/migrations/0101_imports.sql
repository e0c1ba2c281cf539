-- Files that are imported and do not fit into one message: their parts, sealed, until they were taken over.
create table import_part (
  tenant_id uuid not null,
  upload text not null,
  place int not null check (place >= 0),
  file text not null,
  contents text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, upload, place)
);
select protect('import_part');

-- What became of every line of an import, a page of them a row; without secrets.
create table import_page (
  tenant_id uuid not null,
  task text not null,
  place int not null check (place >= 0),
  lines jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, task, place)
);
select protect('import_page');

-- Of a tenant that is gone nobody needs the contexts any more.
create function release_contexts(tenant uuid) returns void
language sql security definer set search_path from current as $$
  delete from context_owner where tenant_id = tenant;
$$;
