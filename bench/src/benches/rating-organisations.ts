import { eventually } from '@strowger/testkit'
import { below, count, type Figure } from '../figure.ts'
import type { House } from '../house.ts'

/**
 * From a change of one organisation to the first quote by all of them: they are read, composed and compiled anew. Most
 * are written into the database at once, as an import of years would leave them; over REST it would take minutes.
 */
export async function loadOrganisations(house: House, organisations: number): Promise<Figure> {
  const node = (id: string) => ({ id, name: id, parents: [{ parent: null }], plans: [{ plan: 'plan' }] })
  await house.rest('POST', '/rating/nodes', node('first'))
  await house.sql(`begin;
    set local search_path = rating;
    select set_config('app.writer', 'system', true);
    insert into item (tenant_id, kind, id, revision, data)
    select tenant_id, kind, 'customer-' || n, revision, data || jsonb_build_object('name', 'customer-' || n,
      'claims', jsonb_build_array(jsonb_build_object('kind', 'extension', 'pattern', (7000000 + n)::text)))
    from item, generate_series(1, ${organisations}) n where kind = 'node' and id = 'first';
    commit`)
  await house.rest('POST', '/rating/nodes', node('last'))
  const quote = { plan: 'plan', call: { start: '2026-10-10T10:00:00Z', duration_s: 60, destination: '3912345' } }
  const begun = performance.now()
  // A question has a deadline of its own; what is loaded meanwhile is not begun anew.
  await eventually(() => house.rest('POST', '/rating/quote', quote), { timeoutMs: 60_000, intervalMs: 20 })
  const ms = performance.now() - begun
  return {
    what: `${count(organisations)} organisations loaded: from a change to a quote by it`,
    ours: `${(ms / 1_000).toFixed(1)} s`,
    budget: below(ms, 5_000, '< 5 s'),
  }
}
