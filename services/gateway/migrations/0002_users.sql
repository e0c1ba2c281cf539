-- Roles of a tenant's own beside the three permissions; tokens with scopes; sessions; the audit; answers kept for who
-- asks again with the same Idempotency-Key.
create table role (
  id text primary key,
  tenant_id uuid not null references tenant,
  name text not null check (length(name) between 1 and 100),
  permission text not null check (permission in ('read', 'write', 'admin')),
  -- As devices:read; null: all that the permission allows.
  scopes text[],
  revision bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, name)
);
select protect('role'), track('role');

-- A user has one of the permissions, or a role.
alter table user_account
  alter permission drop not null,
  alter password_hash drop not null,
  add role_id text references role,
  add name text,
  add email text,
  add enabled boolean not null default true,
  -- What the provider of sign-ins calls the user (OpenID Connect `sub`), once it has been seen.
  add external_id text unique,
  add constraint user_account_one_role check ((permission is null) <> (role_id is null));
create index user_account_by_tenant on user_account (tenant_id, login);
create index user_account_by_role on user_account (role_id) where role_id is not null;

alter table token add scopes text[];
create index token_by_user on token (user_id) where user_id is not null;

-- Not tracked: who logged in is in the audit, and an undo must not bring back a session that was ended.
create table session (
  id text primary key,
  tenant_id uuid not null references tenant,
  user_id text not null references user_account on delete cascade,
  hash bytea not null unique,
  via text not null check (via in ('password', 'openid')),
  address text,
  agent text,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_by_tenant on session (tenant_id, created_at);
create index session_by_user on session (user_id);
select protect('session');

-- Between the provider's answer to the browser and the session: a code that opens one, once, for a minute.
create table sign_in (
  hash bytea primary key,
  tenant_id uuid not null,
  user_id text not null references user_account on delete cascade,
  expires_at timestamptz not null
);
select protect('sign_in');

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  tenant_id uuid not null,
  actor text not null,
  actor_id text,
  operation text not null,
  method text not null,
  path text not null,
  status integer not null,
  -- Of a refusal: its code.
  code text,
  request_id text not null,
  note text,
  address text
);
create index audit_by_tenant on audit (tenant_id, id);
create index audit_by_request on audit (request_id);
select protect('audit');

create table idempotency (
  -- SHA-256 over actor, tenant and key.
  hash bytea primary key,
  tenant_id uuid not null,
  -- SHA-256 over method, address and body: the same key for something else is refused.
  request_digest bytea not null,
  created_at timestamptz not null default now(),
  -- Null while the first one is being answered.
  status integer,
  -- Headers and body, sealed with a key that only who asks can make again.
  answer bytea
);
create index idempotency_by_time on idempotency (created_at);
select protect('idempotency');

do $$
declare guarded text;
begin
  -- The service writes the audit and reads it; only the owner's function below forgets.
  execute format('revoke update, delete, truncate on audit from %I', current_setting('app.service_role'));
  foreach guarded in array array['role', 'session', 'sign_in', 'audit', 'idempotency'] loop
    execute format('create policy across on %I to %I using (true) with check (true)', guarded, current_user);
  end loop;
end $$;

drop function find_token(bytea);
-- What a token opens: its own permission and scopes, and those of the user for whom it acts (kind: token, session).
create function find_token(wanted bytea)
returns table (id text, kind text, tenant_id uuid, name text, permission text, scopes text[], expires_at timestamptz,
  used_at timestamptz, user_id text, login text, enabled boolean, user_permission text, user_scopes text[])
language sql stable security definer set search_path from current as $$
  select found.id, found.kind, found.tenant_id, found.name, found.permission, found.scopes, found.expires_at,
    found.used_at, u.id, u.login, u.enabled, coalesce(u.permission, role.permission), role.scopes
  from (
    select token.id, 'token' as kind, token.tenant_id, name, permission, scopes, expires_at, null::timestamptz as used_at,
      user_id from token where hash = wanted
    union all
    select session.id, 'session', session.tenant_id, 'session', 'admin', null, expires_at, used_at, user_id
    from session where hash = wanted
  ) found
  left join user_account u on u.id = found.user_id left join role on role.id = u.role_id
$$;

-- What whoever acts may do: a token, a session or a user (who is just logging in), by its id.
create function find_grant(actor text)
returns table (id text, kind text, user_id text, login text, tenant_id uuid, permission text, scopes text[],
  user_permission text, user_scopes text[])
language sql stable security definer set search_path from current as $$
  select found.id, found.kind, u.id, u.login, coalesce(u.tenant_id, found.tenant_id), found.permission, found.scopes,
    coalesce(u.permission, role.permission), role.scopes
  from (
    select token.id, 'token' as kind, tenant_id, permission, scopes, user_id from token where token.id = actor
    union all select session.id, 'session', tenant_id, 'admin', null, user_id from session where session.id = actor
    union all select user_account.id, 'user', tenant_id, 'admin', null, user_account.id from user_account
      where user_account.id = actor
  ) found
  left join user_account u on u.id = found.user_id left join role on role.id = u.role_id limit 1
$$;

drop function find_user(text);
create function find_user(wanted text)
returns table (id text, tenant_id uuid, login text, enabled boolean, password_hash text, external_id text,
  permission text, scopes text[])
language sql stable security definer set search_path from current as $$
  select u.id, u.tenant_id, u.login, u.enabled, u.password_hash, u.external_id,
    coalesce(u.permission, role.permission), role.scopes
  from user_account u left join role on role.id = u.role_id where u.login = wanted
$$;

create function find_external_user(wanted text) returns text
language sql stable security definer set search_path from current as $$
  select login from user_account where external_id = wanted
$$;

-- Takes the code of a sign-in: once.
create function take_sign_in(wanted bytea) returns table (tenant_id uuid, user_id text, login text)
language sql security definer set search_path from current as $$
  with taken as (delete from sign_in where hash = wanted and expires_at > now() returning user_id)
  select u.tenant_id, u.id, u.login from taken join user_account u on u.id = taken.user_id where u.enabled
$$;

-- Forgets what nobody needs any more; answers how many entries of the audit went.
create function prune_access(audit_kept interval, answers_kept interval) returns bigint
language sql security definer set search_path from current as $$
  delete from session where expires_at < now();
  delete from sign_in where expires_at < now();
  delete from idempotency where created_at < now() - answers_kept;
  with gone as (
    delete from audit where at < now() - greatest(audit_kept, interval '30 days') returning 1
  ) select count(*) from gone
$$;
