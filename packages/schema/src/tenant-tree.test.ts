import { describe, expect, it } from 'vitest'
import type { Tenant } from './documents/tenant.ts'
import { rootTenantId } from './identity.ts'
import { allTenants, tenantsAbove, tenantsFrom } from './tenant-tree.ts'

function treeOf(parents: Record<string, string | null>) {
  return new Map<string, Tenant>(
    Object.entries(parents).map(([id, parent]) => [id, { id, parent, name: id, revision: 1 }]),
  )
}
const tree = treeOf({ [rootTenantId]: null, hotel: rootTenantId, lobby: 'hotel', bar: 'hotel', clinic: rootTenantId })

describe('the tree of tenants', () => {
  it('below a tenant are its children and theirs, never its siblings', () => {
    expect(tenantsFrom(tree, 'hotel').sort()).toEqual(['bar', 'hotel', 'lobby'])
    expect(tenantsFrom(tree, rootTenantId)).toHaveLength(5)
    expect(tenantsFrom(tree, 'unknown')).toEqual(['unknown'])
  })

  it('above a tenant are its parents up to the root', () => {
    expect(tenantsAbove(tree, 'bar')).toEqual(['bar', 'hotel', rootTenantId])
    expect(tenantsAbove(tree, 'unknown')).toEqual(['unknown', rootTenantId])
  })

  it('ends although somebody wrote a circle', () => {
    const circle = treeOf({ a: 'b', b: 'a' })
    expect(tenantsFrom(circle, 'a').sort()).toEqual(['a', 'b'])
    expect(tenantsAbove(circle, 'a')).toEqual(['a', 'b', rootTenantId])
    expect(allTenants(circle).sort()).toEqual([rootTenantId, 'a', 'b'])
  })
})
