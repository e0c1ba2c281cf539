-- Tenants, who may log in, and tokens. Whole rows go into the change sets, so there is no secret in clear here: of
-- passwords and tokens only hashes are kept, and those are masked wherever a change set is shown.

create table tenant (
  id uuid primary key,
  -- A tenant's row belongs to itself.
  tenant_id uuid not null generated always as (id) stored,
  parent uuid references tenant check ((parent is null) = (id = '00000000-0000-4000-8000-000000000001')),
  name text not null check (length(name) between 1 and 100),
  revision bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index tenant_by_parent on tenant (parent);
select protect('tenant'), track('tenant');

create table user_account (
  id text primary key,
  tenant_id uuid not null references tenant,
  login text not null unique,
  -- argon2id, in its own text form with salt and parameters.
  password_hash text not null,
  permission text not null check (permission in ('read', 'write', 'admin')),
  revision bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select protect('user_account'), track('user_account');

create table token (
  id text primary key,
  tenant_id uuid not null references tenant,
  -- Whose log-in made it; null: it acts under its own name.
  user_id text references user_account,
  name text not null,
  permission text not null check (permission in ('read', 'write', 'admin')),
  -- SHA-256 of its text, which has 256 random bits: nothing slower is needed, and it is asked for with each request.
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index token_by_tenant on token (tenant_id, created_at);
select protect('token'), track('token');

-- A table of its own: it is written without anybody having changed anything, which must not stand in the way of an undo.
create table token_use (
  token_id text primary key references token on delete cascade,
  tenant_id uuid not null,
  used_at timestamptz not null
);
select protect('token_use');

-- Who asks is found before the tenant is known, and the tree is needed to know which tenants there are. That is what
-- the functions below are for: they run as the owner of this schema, who alone may look across tenants.
do $$ declare guarded text; begin
  foreach guarded in array array['tenant', 'user_account', 'token'] loop
    execute format('create policy across on %I for select to %I using (true)', guarded, current_user);
  end loop;
end $$;

create function all_tenants() returns table (id uuid, parent uuid, name text, revision bigint)
language sql stable security definer set search_path from current as $$
  select id, parent, name, revision from tenant
$$;

-- The one token with this hash, with the log-in it acts for.
create function find_token(wanted bytea)
returns table (id text, tenant_id uuid, name text, permission text, expires_at timestamptz, login text)
language sql stable security definer set search_path from current as $$
  select token.id, token.tenant_id, token.name, token.permission, token.expires_at, user_account.login
  from token left join user_account on user_account.id = token.user_id where token.hash = wanted
$$;

create function find_user(wanted text)
returns table (id text, tenant_id uuid, login text, permission text, password_hash text)
language sql stable security definer set search_path from current as $$
  select id, tenant_id, login, permission, password_hash from user_account where login = wanted
$$;

create function has_users() returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from user_account)
$$;

-- The root of the tree exists in every installation.
select set_config('app.tenants', '00000000-0000-4000-8000-000000000001', true), set_config('app.writer', 'system', true);
insert into tenant (id, parent, name) values ('00000000-0000-4000-8000-000000000001', null, 'root');
