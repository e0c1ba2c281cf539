-- What people changed, whole rows before and after, so that it can be listed, shown and undone. History is only ever
-- appended to: an undo is a change set of its own. Images hold rows as they are stored: a service seals secrets
-- before it writes them, so none lies here in clear.
create table change_set (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  -- The tenant in whose name it was done, whose people may see and undo it.
  tenant_id uuid not null,
  note text,
  undoes bigint references change_set,
  transaction xid8 not null default pg_current_xact_id()
);
create index change_set_by_tenant on change_set (tenant_id, id);
create index change_set_undoing on change_set (undoes) where undoes is not null;

create table row_change (
  id bigint generated always as identity primary key,
  set_id bigint not null references change_set on delete cascade,
  tenant_id uuid not null,
  "table" text not null,
  op text not null check (op in ('insert', 'update', 'delete')),
  key jsonb not null,
  before jsonb,
  after jsonb
);
create index row_change_by_set on row_change (set_id, id);

select protect('change_set'), protect('row_change');

-- A service reads history and writes it by the functions below only.
do $$ begin
  execute format('revoke insert, update, delete, truncate on change_set, row_change from %I',
    current_setting('app.service_role'));
end $$;

-- Declares that what follows in this transaction is done by a person, and gives the number of the new change set.
create function open_change_set(actor text, tenant uuid, note text, undoes bigint) returns bigint
language plpgsql security definer set search_path from current as $$
declare opened bigint;
begin
  insert into change_set (actor, tenant_id, note, undoes)
    values (open_change_set.actor, tenant, open_change_set.note, open_change_set.undoes) returning id into opened;
  perform set_config('app.writer', 'person', true), set_config('app.change_set', opened::text, true);
  return opened;
end $$;

-- Forgets a change set of this transaction in which nothing was changed after all.
create function close_change_set(opened bigint) returns void
language sql security definer set search_path from current as $$
  delete from change_set where id = opened and transaction = pg_current_xact_id()
    and not exists (select from row_change where set_id = opened)
$$;

-- Trigger of a tracked table; its arguments are the columns of the primary key.
create function record_change() returns trigger language plpgsql security definer set search_path from current as $$
declare
  writer text := coalesce(current_setting('app.writer', true), '');
  opened text := coalesce(current_setting('app.change_set', true), '');
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  key jsonb;
begin
  if writer = 'system' then
    return null;
  end if;
  if writer = '' then
    raise exception 'a write to % by a transaction that declared no writer', tg_table_name
      using errcode = 'SW001';
  end if;
  if tg_op = 'UPDATE' and before - '{revision,updated_at}'::text[] = after - '{revision,updated_at}'::text[] then
    return null;
  end if;
  select jsonb_object_agg(name, coalesce(before, after) -> name) into key from unnest(tg_argv) name;
  if tg_op = 'UPDATE' and not after @> key then
    raise exception 'the primary key of % cannot be changed', tg_table_name using errcode = 'SW001';
  end if;
  insert into row_change (set_id, tenant_id, "table", op, key, before, after)
    select id, tenant_id, tg_table_name, lower(tg_op), key, before, after from change_set
    where id = nullif(opened, '')::bigint and transaction = pg_current_xact_id();
  if not found then
    raise exception 'a write to % by a person outside a change set', tg_table_name using errcode = 'SW001';
  end if;
  return null;
end $$;

create function stamp_revision() returns trigger language plpgsql as $$
begin
  new.revision := nextval(format('%I.revision', tg_table_schema)::regclass);
  return new;
end $$;

create function stamp_revision_and_time() returns trigger language plpgsql as $$
begin
  new.revision := nextval(format('%I.revision', tg_table_schema)::regclass);
  new.updated_at := clock_timestamp();
  return new;
end $$;

-- Only numbers the rows of a table (column revision, and updated_at where there is one), without recording them.
create function revise(numbered regclass) returns void language plpgsql as $$
declare timed boolean;
begin
  select exists (select from pg_attribute where attrelid = numbered and attname = 'updated_at' and not attisdropped)
    into timed;
  execute format('create trigger revision before insert or update on %s for each row execute function %I()',
    numbered, case when timed then 'stamp_revision_and_time' else 'stamp_revision' end);
end $$;

-- Records what people change in a table, and numbers its rows when it has a column revision.
create function track(tracked regclass) returns void language plpgsql as $$
declare keys text;
begin
  select string_agg(quote_literal(attname), ', ' order by attnum) into keys
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = tracked and indisprimary;
  if keys is null then
    raise exception 'a tracked table needs a primary key: %', tracked;
  end if;
  execute format('create trigger record after insert or update or delete on %s for each row
    when (current_setting(''app.writer'', true) is distinct from ''system'') execute function record_change(%s)',
    tracked, keys);
  if exists (select from pg_attribute where attrelid = tracked and attname = 'revision' and not attisdropped) then
    perform revise(tracked);
  end if;
end $$;

-- Takes one recorded change back, as the caller: its grants and row level security hold. Raises SW002, with the
-- columns as DETAIL, when any column that the change wrote has another value by now. `row` is what is there afterwards.
create function revert_change(change bigint) returns table ("table" text, key jsonb, op text, "row" jsonb)
language plpgsql as $$
declare
  recorded row_change;
  -- With its schema: a table named as a type of PostgreSQL (line) would else be taken for that.
  relation text;
  present jsonb;
  matching text;
  written text[];
  disputed text[];
  columns text;
begin
  select * into strict recorded from row_change where id = change;
  relation := format('%I.%I', current_schema(), recorded."table");
  select string_agg(format('x.%1$I = k.%1$I', name), ' and ') into matching from jsonb_object_keys(recorded.key) name;
  execute format('select to_jsonb(x) from %1$s x, jsonb_populate_record(null::%1$s, $1) k where %2$s for update of x',
    relation, matching) into present using recorded.key;

  select array_agg(attname::text order by attnum) into written from pg_attribute
    where attrelid = relation::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname not in ('revision', 'updated_at')
      and (recorded.op <> 'update' or recorded.before -> attname::text is distinct from recorded.after -> attname::text);
  if recorded.op = 'delete' then
    disputed := case when present is not null then written end;
  elsif present is null then
    disputed := written;
  else
    select array_agg(name) into disputed from unnest(written) name
      where present -> name is distinct from recorded.after -> name;
  end if;
  if disputed is not null then
    raise exception 'changed since' using errcode = 'SW002', detail = jsonb_build_object(
      'table', recorded."table", 'key', recorded.key, 'columns', disputed)::text;
  end if;

  select string_agg(quote_ident(name), ', ') into columns from unnest(written) name;
  if recorded.op = 'insert' then
    execute format('delete from %1$s x using jsonb_populate_record(null::%1$s, $1) k where %2$s',
      relation, matching) using recorded.key;
    return query select recorded."table", recorded.key, 'delete', null::jsonb;
  elsif recorded.op = 'delete' then
    execute format('insert into %1$s as x (%2$s) overriding system value
      select %2$s from jsonb_populate_record(null::%1$s, $1) returning to_jsonb(x)', relation, columns)
      into present using recorded.before;
    return query select recorded."table", recorded.key, 'insert', present;
  elsif columns is not null then
    execute format('update %1$s x set (%2$s) = (select %2$s from jsonb_populate_record(null::%1$s, $1))
      from jsonb_populate_record(null::%1$s, $2) k where %3$s returning to_jsonb(x)',
      relation, columns, matching) into present using recorded.before, recorded.key;
    return query select recorded."table", recorded.key, 'update', present;
  end if;
end $$;

-- Takes a whole change set back, last change first.
create function revert_change_set(reverted bigint)
returns table ("table" text, key jsonb, op text, "row" jsonb) language plpgsql as $$
declare change bigint;
begin
  for change in select id from row_change where set_id = reverted order by id desc loop
    return query select * from revert_change(change);
  end loop;
end $$;
