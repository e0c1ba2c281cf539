-- Tenant isolation and the change counter, the same in every schema.

-- The tenants of this transaction, as `app.tenants` names them. Missing or empty: none, so that a query that
-- forgot to say reads nothing, rather than everything or an error.
create function current_tenants() returns uuid[] language sql stable parallel safe as $$
  select string_to_array(current_setting('app.tenants', true), ',')::uuid[]
$$;

-- Puts a table with a column tenant_id under row level security, which its owner cannot escape either.
-- The subquery is evaluated once a statement, not once a row.
create function protect(guarded regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', guarded);
  execute format(
    'create policy tenant on %1$s using (tenant_id = any ((select %2$I.current_tenants())::uuid[]))
       with check (tenant_id = any ((select %2$I.current_tenants())::uuid[]))',
    guarded, current_schema());
end $$;

-- Lets the lookup role of this schema read the named columns, of all tenants. Everything else stays closed to it.
create function allow_lookup(guarded regclass, visible text[]) returns void language plpgsql as $$
declare
  looker text := nullif(current_setting('app.lookup_role', true), '');
  listed text;
begin
  if looker is null then
    raise exception 'schema % has no lookup role', current_schema();
  end if;
  select string_agg(quote_ident(name), ', ') into listed from unnest(visible) name;
  execute format('grant select (%s) on %s to %I', listed, guarded, looker);
  execute format('create policy lookup on %s for select to %I using (true)', guarded, looker);
end $$;

-- Every state change of the schema takes a number from here. A row's number only ever rises (its row lock orders the
-- writers), also when an undo brings old contents back, so a reader may drop what is older than what it holds.
create sequence revision as bigint;
