-- Messages that leave with the transaction that wrote them. Not under row level security: the relay is one reader for
-- all tenants, and nothing here is shown to anybody.
create table outbox (
  id bigint generated always as identity primary key,
  -- Deduplicates in the stream; null: made of the schema and the row's id.
  message_id text,
  subject text not null,
  headers jsonb not null default '{}',
  payload bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Why no stream will ever take it (as: too large). Such a row is set aside, so that it does not hold up the others.
  refused text
);
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index outbox_waiting on outbox (id) where refused is null;

create function announce_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', tg_table_schema);
  return null;
end $$;
create trigger announce after insert on outbox for each statement execute function announce_outbox();
