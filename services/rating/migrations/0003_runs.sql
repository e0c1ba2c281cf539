-- Rating again, invoices that were confirmed, allowances, uploads, alarms.

-- With what else a record says that a price may depend on, so that rating again needs no native record.
alter table call add column cost_currency text, add column source text not null default '',
  add column raw_caller text, add column context text, add column ported text, add column stated_ms bigint,
  add column is_answered boolean not null default false, add column stated_direction smallint not null default 0;
alter table rerated add column cost_currency text;

-- Internal calls of which one record was counted, for the other one; leaves of before get it, too.
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
  if to_regclass(format('%I.%I', current_schema(), 'rerated_' || suffix)) is not null then
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

-- One rating of many calls: at which knowledge, of which calls, why and by whom. Its rows are in `rerated`; they stand
-- for the first rating while it is published, and of several the one published last.
create table run (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  state text not null check (state in ('running', 'ready', 'published', 'withdrawn', 'failed')),
  cause text not null check (cause in ('request', 'retry', 'late')),
  scope jsonb not null,
  known_at timestamptz not null,
  reason text not null,
  actor text not null,
  engine text not null,
  -- Rises with each publication: of two runs that have a call, the later one counts.
  published_number bigint unique,
  calls bigint not null default 0,
  changed bigint not null default 0,
  sums jsonb not null default '{}',
  -- Over (key, amounts, rows of decks) in the order of keys: the same inputs give the same.
  hash text,
  -- Of allowances, as the run leaves them; they hold once it is published.
  counters jsonb,
  failure text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  published_at timestamptz
);
create sequence publication as bigint;
create index run_by_tenant on run (tenant_id, id);
create index run_published on run (published_number) where published_number is not null;
select protect('run');

-- Calls of a node in a period whose amounts may not change any more, with what they were at that time.
create table confirmation (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  node text not null,
  first timestamptz not null,
  next timestamptz not null,
  name text not null,
  currency text,
  calls bigint not null,
  income bigint not null,
  lines jsonb not null,
  revision bigint not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null
);
create index confirmation_by_node on confirmation (tenant_id, node, first);
select protect('confirmation'), track('confirmation');

-- What a published run would have changed of confirmed calls: a line of the next invoice.
create table adjustment (
  run_id bigint not null,
  tenant_id uuid not null,
  node text not null,
  at timestamptz not null,
  key uuid not null,
  confirmation_id bigint not null,
  currency text,
  before bigint not null,
  after bigint not null,
  primary key (tenant_id, run_id, key)
);
create index adjustment_by_node on adjustment (tenant_id, node, at);
select protect('adjustment');

-- What is used of an allowance by a node in a period; `last_at` tells when a call comes late.
create table allowance_counter (
  tenant_id uuid not null,
  node text not null,
  allowance text not null,
  first timestamptz not null,
  next timestamptz not null,
  granted bigint not null,
  rolled bigint not null,
  used bigint not null,
  last_at timestamptz,
  primary key (tenant_id, node, allowance, first)
);
select protect('allowance_counter');

-- A file that a person sends in parts: a deck, or records.
create table upload (
  id text primary key,
  tenant_id uuid not null,
  name text not null,
  bytes bigint not null default 0,
  at timestamptz not null default clock_timestamp()
);
select protect('upload');
create table upload_part (
  upload_id text not null references upload on delete cascade,
  tenant_id uuid not null,
  place integer not null,
  content bytea not null,
  primary key (upload_id, place)
);
alter table upload_part alter content set storage external;
select protect('upload_part');

create table alarm (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  node text not null,
  kind text not null check (kind in ('cost-limit', 'unusual-traffic', 'concurrent-calls', 'undefined-extension')),
  first timestamptz not null,
  next timestamptz not null,
  limit_value numeric not null,
  value numeric not null,
  detail text not null default '',
  at timestamptz not null default clock_timestamp(),
  unique (tenant_id, node, kind, first, detail)
);
select protect('alarm');

-- A call with the result that counts: of the published run that rated it last, else its first.
create view present_call with (security_invoker = true) as
select c.tenant_id, c.at, c.key, c.revision, c.batch_id, c.source, c.native_block, c.native_place, c.answered_at,
  c.duration_ms, c.billable_ms, c.disposition, c.caller, c.called, c.dialled, c.account, c.channel, c.trunk, c.linked,
  c.stated_cost, c.raw_caller, c.context, c.ported, c.stated_ms, c.is_answered, c.stated_direction, r.run_id,
  -- What is withdrawn or superseded stays so.
  case when r.run_id is null or c.status in (3, 4) then c.status else r.status end as status,
  case when r.run_id is null then c.reason else r.reason end as reason,
  case when r.run_id is null then c.flags else r.flags end as flags,
  case when r.run_id is null then c.detail else r.detail end as detail,
  case when r.run_id is null then c.direction else r.direction end as direction,
  case when r.run_id is null then c.node else r.node end as node,
  case when r.run_id is null then c.billable_node else r.billable_node end as billable_node,
  case when r.run_id is null then c.extension else r.extension end as extension,
  case when r.run_id is null then c.vendor else r.vendor end as vendor,
  case when r.run_id is null then c.plan else r.plan end as plan,
  case when r.run_id is null then c.prefix else r.prefix end as prefix,
  case when r.run_id is null then c.destination else r.destination end as destination,
  case when r.run_id is null then c.billed_ms else r.billed_ms end as billed_ms,
  case when r.run_id is null then c.free_ms else r.free_ms end as free_ms,
  case when r.run_id is null then c.currency else r.currency end as currency,
  case when r.run_id is null then c.cost_currency else r.cost_currency end as cost_currency,
  case when r.run_id is null then c.income else r.income end as income,
  case when r.run_id is null then c.cost else r.cost end as cost,
  case when r.run_id is null then c.margin else r.margin end as margin,
  case when r.run_id is null then c.income_deck else r.income_deck end as income_deck,
  case when r.run_id is null then c.income_row else r.income_row end as income_row,
  case when r.run_id is null then c.cost_deck else r.cost_deck end as cost_deck,
  case when r.run_id is null then c.cost_row else r.cost_row end as cost_row,
  case when r.run_id is null then c.levels else r.levels end as levels
from call c
left join lateral (
  select rerated.* from rerated join run on run.id = rerated.run_id
  where rerated.at = c.at and rerated.key = c.key and rerated.revision = c.revision
    and not rerated.adjusts and run.published_number is not null
  order by run.published_number desc limit 1) r on true;
