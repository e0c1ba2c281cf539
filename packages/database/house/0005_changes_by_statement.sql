-- What people change is recorded once a statement, not once a row: of a change of 10,000 rows that was most of the time.

-- Trigger of a tracked table; its arguments are the columns of the primary key. It sees what the statement wrote as
-- old_rows and new_rows. Columns are compared as they are: as JSON it took a third of the time.
create function record_changes() returns trigger language plpgsql security definer set search_path from current as $$
declare
  image text := case tg_op
    when 'INSERT' then 'null::jsonb as before, to_jsonb(n) as after, true as differs from new_rows n'
    when 'DELETE' then 'to_jsonb(o) as before, null::jsonb as after, true as differs from old_rows o'
    else (
      select format('to_jsonb(o) as before, to_jsonb(n) as after, (%s) is distinct from (%s) as differs
          from old_rows o left join new_rows n using (%s)',
        string_agg(format('o.%I', attname), ', '), string_agg(format('n.%I', attname), ', '),
        (select string_agg(quote_ident(name), ', ') from unnest(tg_argv) name))
      from pg_attribute where attrelid = tg_relid and attnum > 0 and not attisdropped
        and attname not in ('revision', 'updated_at'))
    end;
  key text := (select string_agg(format('%L, %s.%I', name, case tg_op when 'INSERT' then 'n' else 'o' end, name), ', ')
    from unnest(tg_argv) name);
  opened change_set;
  written bigint;
  changed bigint;
  moved bigint;
begin
  select * into opened from change_set
    where id = nullif(current_setting('app.change_set', true), '')::bigint and transaction = pg_current_xact_id();
  if not found or coalesce(current_setting('app.writer', true), '') = '' then
    execute format('select count(*), count(*) filter (where differs) from (select %s) rows', image)
      into written, changed;
    if written > 0 and coalesce(current_setting('app.writer', true), '') = '' then
      raise exception 'a write to % by a transaction that declared no writer', tg_table_name
        using errcode = 'SW001';
    elsif changed > 0 then
      raise exception 'a write to % by a person outside a change set', tg_table_name using errcode = 'SW001';
    end if;
    return null;
  end if;
  execute format($sql$
    with recorded as (
      insert into row_change (set_id, tenant_id, "table", op, key, before, after)
      select $1, $2, $3, lower($4), key, before, after from (select jsonb_build_object(%s) as key, %s) rows
      where differs returning after
    )
    select count(*) from recorded where $4 = 'UPDATE' and after is null $sql$, key, image)
    into moved using opened.id, opened.tenant_id, tg_table_name, tg_op;
  if moved > 0 then
    raise exception 'the primary key of % cannot be changed', tg_table_name using errcode = 'SW001';
  end if;
  return null;
end $$;

-- Has what people change in a table recorded. A trigger that sees the rows is of one kind of statement.
create function record(recorded regclass) returns void language plpgsql as $$
declare
  keys text;
  operation text;
  seen text;
begin
  select string_agg(quote_literal(attname), ', ' order by attnum) into keys
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = recorded and indisprimary;
  if keys is null then
    raise exception 'a tracked table needs a primary key: %', recorded;
  end if;
  for operation, seen in values ('insert', 'new table as new_rows'),
    ('update', 'old table as old_rows new table as new_rows'), ('delete', 'old table as old_rows') loop
    execute format('create trigger record_%1$s after %1$s on %2$s referencing %3$s for each statement
      when (current_setting(''app.writer'', true) is distinct from ''system'') execute function record_changes(%4$s)',
      operation, recorded, seen, keys);
  end loop;
end $$;

-- Records what people change in a table, and numbers its rows when it has a column revision.
create or replace function track(tracked regclass) returns void language plpgsql as $$
begin
  perform record(tracked);
  if exists (select from pg_attribute where attrelid = tracked and attname = 'revision' and not attisdropped) then
    perform revise(tracked);
  end if;
end $$;

do $$
declare tracked regclass;
begin
  for tracked in select tgrelid from pg_trigger join pg_class on pg_class.oid = tgrelid
    where tgname = 'record' and relnamespace = current_schema()::regnamespace loop
    execute format('drop trigger record on %s', tracked);
    perform record(tracked);
  end loop;
end $$;
drop function record_change();
