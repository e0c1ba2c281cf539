import { eventually } from '@strowger/testkit'
import { below, count, type Figure, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import { speedOf } from '../reference-machine.ts'
import { addNodesLike } from './rating-load.ts'

const quote = { plan: 'plan', call: { start: '2026-10-10T10:00:00Z', duration_s: 60, destination: '3912345' } }
const node = (id: string) => ({ id, name: id, parents: [{ parent: null }], plans: [{ plan: 'plan' }] })

/**
 * From the first question of a service that has just begun to its answer by all of them, decks and all; and from a
 * change of one to the next quote.
 */
export async function loadOrganisations(house: House, organisations: number): Promise<Figure[]> {
  await house.rest('POST', '/rating/nodes', node('first'))
  const speed = await speedOf('cpu')
  await addNodesLike(house, 'first', organisations, {
    prefix: 'customer-',
    extensionsEach: 1,
    firstExtension: 7_000_000,
  })
  const loadedMs = await timed(untilQuoted)
  const changedMs = await timed(async () => {
    const { id: _, ...changed } = node('customer-7')
    await house.rest('PUT', '/rating/nodes/customer-7', { ...changed, name: 'Seven' })
    await untilQuoted()
  })
  return [
    {
      what: `${count(organisations)} organisations loaded: from the first question to its answer`,
      ours: `${(loadedMs / 1_000).toFixed(1)} s`,
      budget: below(loadedMs, 5_000, '< 5 s', speed),
    },
    { what: '… from a change of one of them to a quote by it', ours: milliseconds(changedMs) },
  ]

  /** A question has a deadline of its own; what is loaded meanwhile is not begun anew. */
  function untilQuoted(): Promise<unknown> {
    return eventually(() => house.rest('POST', '/rating/quote', quote), { timeoutMs: 60_000, intervalMs: 20 })
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
