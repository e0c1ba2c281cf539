-- Which state of its lines a device's config was made of, so that an older one that comes late is left out.
create table device_lines (
  device_id text primary key,
  tenant_id uuid not null,
  lines_revision bigint not null
);
select protect('device_lines');
