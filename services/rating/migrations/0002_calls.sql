-- Records and what they were rated to. Partitioned by month: the cost of a day does not grow with the years.

-- What was taken from a source at once: committed whole or not at all, and withdrawn whole.
create table batch (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  source text not null,
  file text,
  first_byte bigint,
  bytes bigint not null default 0,
  sha256 text,
  parser text not null,
  records integer not null,
  added integer not null,
  duplicates integer not null,
  revised integer not null,
  failed integer not null,
  ignored integer not null,
  at timestamptz not null default clock_timestamp(),
  withdrawn_at timestamptz
);
create index batch_by_source on batch (tenant_id, source, id);
create index batch_by_content on batch (tenant_id, sha256);
select protect('batch');

-- How far a source was read, written in the transaction that writes its records: nothing lost, nothing twice.
create table source_state (
  tenant_id uuid not null,
  source text not null,
  cursor jsonb,
  records bigint not null default 0,
  last_read_at timestamptz,
  last_record_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  primary key (tenant_id, source)
);
select protect('source_state');

-- Native records, as they came, 500 to a packed block.
create table native_block (
  id bigint not null,
  tenant_id uuid not null,
  batch_id bigint not null,
  at timestamptz not null,
  content bytea not null
) partition by range (at);
create sequence native_block_number as bigint;
alter table native_block alter content set storage external;
select protect('native_block');

-- One revision of one record with the result of its first rating. Amounts are whole numbers of 0.00000001 of the
-- currency; status, reason and direction are numbers by the lists of packages/schema.
create table call (
  tenant_id uuid not null,
  at timestamptz not null,
  key uuid not null,
  revision integer not null,
  content bigint not null,
  batch_id bigint not null,
  native_block bigint not null,
  native_place smallint not null,
  answered_at timestamptz,
  duration_ms bigint not null,
  billable_ms bigint not null,
  disposition text,
  caller text,
  called text,
  dialled text,
  account text,
  channel text,
  trunk text,
  linked uuid,
  stated_cost bigint,
  status smallint not null,
  reason smallint not null,
  flags smallint not null,
  detail text,
  direction smallint not null,
  node text,
  billable_node text,
  extension text,
  vendor text,
  plan text,
  prefix text,
  destination text,
  billed_ms bigint,
  free_ms bigint,
  currency text,
  income bigint,
  cost bigint,
  margin bigint,
  income_deck bigint,
  income_row integer,
  cost_deck bigint,
  cost_row integer,
  levels jsonb
) partition by range (at);
select protect('call');

-- The same for what was rated anew: rows of a run, which stand for the first rating once the run is published.
create table rerated (
  run_id bigint not null,
  tenant_id uuid not null,
  at timestamptz not null,
  key uuid not null,
  revision integer not null,
  -- The call is on a confirmed invoice: its amounts stay, the difference is an adjustment.
  adjusts boolean not null,
  status smallint not null,
  reason smallint not null,
  flags smallint not null,
  detail text,
  direction smallint not null,
  node text,
  billable_node text,
  extension text,
  vendor text,
  plan text,
  prefix text,
  destination text,
  billed_ms bigint,
  free_ms bigint,
  currency text,
  income bigint,
  cost bigint,
  margin bigint,
  income_deck bigint,
  income_row integer,
  cost_deck bigint,
  cost_row integer,
  levels jsonb
) partition by range (at);
select protect('rerated');

-- Makes the partitions of a month. COPY goes to them, where row level security does not guard: only the service's role
-- reaches them.
create function ensure_month(month date) returns void
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
  execute format('create table rerated_%s partition of rerated for values from (%L) to (%L)', suffix, first, next);
  execute format('create unique index on rerated_%s (key, revision, run_id)', suffix);
  execute format('create index on rerated_%s (run_id)', suffix);
end $$;
