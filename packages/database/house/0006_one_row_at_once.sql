-- What people change is a row, nearly always: for one, nothing has to be planned anew. As SQL put together for each
-- statement it took longer than everything else of such a change.
create or replace function record_changes() returns trigger language plpgsql security definer set search_path from current as $$
declare
  -- Of a row alone.
  row_before jsonb;
  row_after jsonb;
  row_key jsonb;
  -- Of many, which are compared as they are: as JSON it took a third of the time.
  image text;
  key text;
  opened change_set;
  written bigint;
  changed bigint;
  moved bigint;
begin
  select * into opened from change_set
    where id = nullif(current_setting('app.change_set', true), '')::bigint and transaction = pg_current_xact_id();
  if found and coalesce(current_setting('app.writer', true), '') <> '' then
    if tg_op = 'INSERT' then
      select count(*), (array_agg(to_jsonb(n)))[1] into written, row_after from (select * from new_rows limit 2) n;
    else
      select count(*), (array_agg(to_jsonb(o)))[1] into written, row_before from (select * from old_rows limit 2) o;
      if written = 1 and tg_op = 'UPDATE' then
        select to_jsonb(n) into row_after from new_rows n;
      end if;
    end if;
    if written = 0 then
      return null;
    end if;
    if written = 1 then
      select jsonb_object_agg(name, coalesce(row_before, row_after) -> name) into row_key from unnest(tg_argv) name;
      if tg_op = 'UPDATE' and not row_after @> row_key then
        raise exception 'the primary key of % cannot be changed', tg_table_name using errcode = 'SW001';
      end if;
      if row_before - '{revision,updated_at}'::text[] is distinct from row_after - '{revision,updated_at}'::text[] then
        insert into row_change (set_id, tenant_id, "table", op, key, before, after)
          values (opened.id, opened.tenant_id, tg_table_name, lower(tg_op), row_key, row_before, row_after);
      end if;
      return null;
    end if;
  end if;

  image := case tg_op
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
  key := (select string_agg(format('%L, %s.%I', name, case tg_op when 'INSERT' then 'n' else 'o' end, name), ', ')
    from unnest(tg_argv) name);
  if opened.id is null or coalesce(current_setting('app.writer', true), '') = '' then
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
