-- Which node was below which at any time: what lies below a customer is asked for with every list and sum of its calls,
-- and is not looked for in the documents of 100,000 others.
create table node_parent (
  tenant_id uuid not null,
  node text not null,
  parent text not null,
  primary key (tenant_id, parent, node)
);
create index node_parent_by_node on node_parent (tenant_id, node);

create function keep_node_parents() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op <> 'INSERT' then
    delete from node_parent where tenant_id = old.tenant_id and node = old.id;
  end if;
  if tg_op <> 'DELETE' then
    insert into node_parent (tenant_id, node, parent)
    select distinct new.tenant_id, new.id, parent ->> 'parent' from jsonb_array_elements(new.data -> 'parents') parent
    where parent ->> 'parent' is not null;
  end if;
  return null;
end $$;
create trigger node_parents_of_new after insert on item for each row when (new.kind = 'node')
  execute function keep_node_parents();
create trigger node_parents_of_other after update on item for each row
  when (new.kind = 'node' and new.data -> 'parents' is distinct from old.data -> 'parents')
  execute function keep_node_parents();
create trigger node_parents_of_old after delete on item for each row when (old.kind = 'node')
  execute function keep_node_parents();

-- Of all tenants: row level security would show none of them here.
alter table item no force row level security;
insert into node_parent (tenant_id, node, parent)
select distinct tenant_id, id, parent ->> 'parent' from item, jsonb_array_elements(data -> 'parents') parent
where kind = 'node' and parent ->> 'parent' is not null;
alter table item force row level security;
select protect('node_parent');
