-- Which request a change set was made by, how long history is kept, and how a tenant is erased.
alter table change_set add column request_id text;
create index change_set_by_request on change_set (request_id) where request_id is not null;
create index change_set_by_time on change_set (at);

-- What was taken back may be forgotten before what took it back.
alter table change_set drop constraint change_set_undoes_fkey;
alter table change_set add foreign key (undoes) references change_set on delete set null;

-- The owner of the schema, as whom only the functions below run, prunes and erases across tenants.
do $$ begin
  execute format('create policy across on change_set to %I using (true) with check (true)', current_user);
  execute format('create policy across on row_change to %I using (true) with check (true)', current_user);
end $$;

drop function open_change_set(text, uuid, text, bigint);
create function open_change_set(actor text, tenant uuid, note text, undoes bigint, request text default null)
returns bigint language plpgsql security definer set search_path from current as $$
declare opened bigint;
begin
  insert into change_set (actor, tenant_id, note, undoes, request_id)
    values (open_change_set.actor, tenant, open_change_set.note, open_change_set.undoes, request)
    returning id into opened;
  perform set_config('app.writer', 'person', true), set_config('app.change_set', opened::text, true);
  return opened;
end $$;

-- Forgets change sets older than this, at most so many; answers how many. Nobody can have it forget what is younger
-- than a day.
create function prune_change_sets(older_than interval, at_most integer) returns bigint
language sql security definer set search_path from current as $$
  with old as (
    select id from change_set where at < now() - greatest(older_than, interval '1 day') order by id limit at_most
  ), gone as (delete from change_set using old where change_set.id = old.id returning 1)
  select count(*) from gone
$$;

-- Removes every row of a tenant from every table of this schema that has tenants, and what history holds of such rows;
-- with `dry` it only counts. Order follows from the foreign keys: what is still referenced waits for the next round.
create function erase_tenant(erased uuid, dry boolean) returns table ("table" text, "rows" bigint)
language plpgsql security definer set search_path from current as $$
declare
  waiting text[];
  postponed text[];
  named text;
  counted bigint;
  counts jsonb := '{}';
begin
  perform set_config('app.tenants', erased::text, true), set_config('app.writer', 'system', true);
  select array_agg(relname::text order by relname) into waiting
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
      and attname = 'tenant_id' and not attisdropped and relname not in ('change_set', 'row_change');
  while array_length(waiting, 1) > 0 loop
    postponed := '{}';
    foreach named in array waiting loop
      begin
        if dry then
          execute format('select count(*) from %I where tenant_id = $1', named) into counted using erased;
        else
          execute format('delete from %I where tenant_id = $1', named) using erased;
          get diagnostics counted = row_count;
        end if;
        counts := counts || jsonb_build_object(named, counted);
      exception when foreign_key_violation or restrict_violation then
        postponed := postponed || named;
      end;
    end loop;
    if postponed = waiting then
      raise exception 'rows of % are in use by another tenant', postponed using errcode = 'foreign_key_violation';
    end if;
    waiting := postponed;
  end loop;
  if dry then
    select count(*) into counted from row_change
      where tenant_id = erased or coalesce(after, before) ->> 'tenant_id' = erased::text;
  else
    delete from row_change where tenant_id = erased or coalesce(after, before) ->> 'tenant_id' = erased::text;
    get diagnostics counted = row_count;
    delete from change_set where tenant_id = erased
      or not exists (select from row_change where set_id = change_set.id);
  end if;
  counts := counts || jsonb_build_object('history', counted);
  return query select key, value::bigint from jsonb_each_text(counts) where value <> '0' order by key;
end $$;
