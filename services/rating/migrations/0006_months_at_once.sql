-- Who waited for the lock must see what its holder made. to_regclass answers from a cache in which the table may still
-- be missing, as a lock that is only advised invalidates nothing; a query of pg_class looks.
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
  execute format('create index on rerated_%s (run_id)', suffix);
end $$;
