-- What a call is shown as stands once; two views differ in how they look for what it was rated to.
do $views$
declare
  shown text := $shown$
    c.tenant_id, c.at, c.key, c.revision, c.batch_id, c.source, c.native_block, c.native_place, c.answered_at,
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
      case when r.run_id is null then c.levels else r.levels end as levels$shown$;
begin
  -- What a call was rated to is looked for by its key once, and not once for each run that was ever published: `offset 0`
  -- keeps PostgreSQL from beginning with the runs.
  execute 'create or replace view present_call with (security_invoker = true) as select ' || shown || $found$
    from call c
    left join lateral (
      select rated.* from (
        select rerated.*, (select published_number from run where run.id = rerated.run_id) as number
        from rerated
        -- Looked at once a statement: where no run counts, there is nothing to look for.
        where (select exists (select from run where published_number is not null))
          and rerated.at = c.at and rerated.key = c.key and rerated.revision = c.revision and not rerated.adjusts
        offset 0) rated
      where rated.number is not null order by rated.number desc limit 1) r on true$found$;

  -- As `present_call`, for questions about many calls: what they are rated to is not looked for call by call (and of each
  -- in every run that has it), but put beside them in one go. A month takes a sixth of the time; a single call far longer.
  execute 'create view present_calls with (security_invoker = true) as select ' || shown || $found$
    from call c
    left join (
      select distinct on (rerated.at, rerated.key, rerated.revision) rerated.*
      from rerated join run on run.id = rerated.run_id and run.published_number is not null
      where (select exists (select from run where published_number is not null))
        -- Rows of runs that count lie together: the others are not read.
        and rerated.run_id = any (array(select id from run where published_number is not null)) and not rerated.adjusts
      order by rerated.at, rerated.key, rerated.revision, run.published_number desc) r
      on r.at = c.at and r.key = c.key and r.revision = c.revision$found$;
end $views$;
