-- The rows of a run are written one after the other, and need no entry each to be found by it: a twentieth of the time of
-- rating a month again.
create index rerated_by_run on rerated using brin (run_id) with (pages_per_range = 16, autosummarize = on);
do $$
declare entries regclass;
begin
  for entries in
    select i.indexrelid from pg_index i join pg_inherits on inhrelid = i.indrelid
    join pg_class c on c.oid = i.indexrelid join pg_am on pg_am.oid = c.relam and amname = 'btree'
    where inhparent = 'rerated'::regclass and pg_get_indexdef(i.indexrelid) like '% (run_id)'
  loop
    execute format('drop index %s', entries);
  end loop;
end $$;

create or replace function ensure_month(month date) returns void
language plpgsql security definer set search_path from current as $$
declare
  suffix text := to_char(month, 'YYYYMM');
  first date := date_trunc('month', month);
  next date := date_trunc('month', month) + interval '1 month';
begin
  if to_regclass(format('%I.%I', current_schema(), 'rerated_' || suffix)) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('strowger rating months', 0));
  perform from pg_class
    where relname = 'rerated_' || suffix and relnamespace = current_schema()::regnamespace;
  if found then
    return;
  end if;
  execute format('create table native_block_%s partition of native_block for values from (%L) to (%L)',
    suffix, first, next);
  execute format('create unique index on native_block_%s (id)', suffix);
  execute format('create table call_%s partition of call for values from (%L) to (%L)', suffix, first, next);
  execute format('create unique index on call_%s (key, revision)', suffix);
  execute format('create index on call_%s (tenant_id, at)', suffix);
  execute format('create index on call_%1$s (tenant_id, reason) where status = 1', suffix);
  execute format('create index on call_%1$s (linked) where status = 0 and direction = 3', suffix);
  execute format('create table rerated_%s partition of rerated for values from (%L) to (%L)', suffix, first, next);
  execute format('create unique index on rerated_%s (key, revision, run_id)', suffix);
end $$;
