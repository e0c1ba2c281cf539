import { describe, expect, it } from 'vitest'
import type { StoredItem } from '../store/items.ts'
import { itemsFrom } from './items.ts'
import { tenantItemsFrom } from './tenant-items.ts'

const item = (id: string, revision = 1, tenant = 'own'): StoredItem => ({
  tenant,
  kind: 'node',
  id,
  composed: `${tenant}/${id}`,
  revision,
  data: { revision },
  updatedAt: new Date(0),
})
const idsOf = (items: Iterable<StoredItem>) => [...items].map(({ id, revision }) => `${id}${revision}`).sort()

describe('the items of a tenant', () => {
  it('a change makes another state; the one of before stays as it was', () => {
    const before = tenantItemsFrom([item('a'), item('b')])
    const after = before.with(item('b', 2)).with(item('c', 3)).without(item('a'))
    expect(idsOf(before.ofKind('node'))).toEqual(['a1', 'b1'])
    expect(idsOf(after.ofKind('node'))).toEqual(['b2', 'c3'])
    expect([before.find('node', 'a')?.id, after.find('node', 'a')]).toEqual(['a', undefined])
  })

  it('what is told late changes nothing that is newer', () => {
    const items = tenantItemsFrom([item('a', 5)])
    expect(items.with(item('a', 4)).find('node', 'a')?.revision).toBe(5)
    expect(items.without(item('a', 4)).find('node', 'a')?.revision).toBe(5)
  })

  it('thousands of changes are as one reading of all', () => {
    let items = tenantItemsFrom([])
    for (let n = 0; n < 2_000; n += 1) items = items.with(item(`n${n % 700}`, n + 1))
    for (let n = 0; n < 100; n += 1) items = items.without(item(`n${n}`, 9_999))
    expect([...items.ofKind('node')]).toHaveLength(600)
    expect(items.find('node', 'n650')?.revision).toBe(1_351)
  })

  it('the nearest tenant that has one is asked first', () => {
    const scope = itemsFrom([
      ['own', tenantItemsFrom([item('a', 2)])],
      ['above', tenantItemsFrom([item('a', 1, 'above'), item('b', 1, 'above')])],
    ])
    expect([scope.find('node', 'a')?.tenant, scope.find('node', 'b')?.tenant]).toEqual(['own', 'above'])
    expect(scope.from('above').find('node', 'a')?.tenant).toBe('above')
    expect([idsOf(scope.own('node')), [...scope.ofKind('node')].map(({ tenant }) => tenant)]).toEqual([
      ['a2'],
      ['above', 'above', 'own'],
    ])
  })
})
