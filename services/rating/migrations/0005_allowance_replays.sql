-- Calls whose use of allowances is not right any more since an instant: until they are rated again, also after a crash.
create table replay (
  tenant_id uuid primary key,
  from_at timestamptz not null,
  -- Rises with every reason: what comes up while calls are rated again is not taken for done.
  number bigint not null
);
create sequence replay_number as bigint;
select protect('replay');

-- Which batches a run has seen: those it has not may have used the allowances that it counts.
alter table batch add column xid xid8 not null default pg_current_xact_id();
alter table run add column seen pg_snapshot;

-- Where in time the calls of a batch lie, so that taking it back looks at their months only. Null: not known.
alter table batch add column first_at timestamptz, add column last_at timestamptz;
