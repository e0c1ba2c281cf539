-- What rating is told by people: organisations, vendors, plans, decks, calendars and so on, one document each.

create table item (
  tenant_id uuid not null,
  kind text not null,
  id text not null,
  revision bigint not null,
  data jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, kind, id)
);
select protect('item'), track('item');

-- Every state of every item with the time in which it was known: what a run with a knowledge instant calculates by.
create table item_version (
  tenant_id uuid not null,
  kind text not null,
  id text not null,
  revision bigint not null,
  known_from timestamptz not null,
  known_to timestamptz not null default 'infinity',
  data jsonb not null,
  primary key (tenant_id, kind, id, revision)
);
create index item_version_present on item_version (tenant_id, kind, id) where known_to = 'infinity';
select protect('item_version');

create function keep_version() returns trigger language plpgsql set search_path from current as $$
declare at timestamptz := clock_timestamp();
begin
  if tg_op <> 'INSERT' then
    update item_version set known_to = at
      where tenant_id = old.tenant_id and kind = old.kind and id = old.id and known_to = 'infinity';
  end if;
  if tg_op <> 'DELETE' then
    insert into item_version (tenant_id, kind, id, revision, known_from, data)
      values (new.tenant_id, new.kind, new.id, new.revision, at, new.data);
  end if;
  return null;
end $$;
create trigger keep_version after insert or update or delete on item for each row execute function keep_version();

-- The rows of a deck, as they were imported: one packed block a version, which the item of the deck points to. Written
-- once; an undo of an import only points to the version before.
create table deck_version (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  deck text not null,
  rows integer not null,
  sha256 text not null,
  content bytea not null,
  at timestamptz not null default now()
);
alter table deck_version alter content set storage external;
create index deck_version_by_deck on deck_version (tenant_id, deck, id);
select protect('deck_version');
