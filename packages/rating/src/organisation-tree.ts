import { type ClaimIndex, createClaimIndex } from './claims.ts'
import { ConfigurationFault } from './configuration-fault.ts'
import type { During, OrganisationNode } from './organisation.ts'
import { type Zone, zoneOf } from './zone.ts'

/** The nodes of all trees, ready to be asked for owners, plans and who is billed. */
export interface OrganisationTree {
  readonly accounts: ClaimIndex<TreeNode>
  readonly extensions: ClaimIndex<TreeNode>
  readonly trunks: ClaimIndex<TreeNode>
  /** From the node up, at an instant; the node itself first. */
  pathOf(node: TreeNode, atMs: number): readonly TreeNode[]
  node(id: string): TreeNode | undefined
}

export interface TreeNode {
  readonly id: string
  readonly zone: Zone | undefined
  readonly isReseller: boolean
  readonly plan: readonly During<string>[]
  readonly billable: readonly During<boolean>[]
  readonly parents: readonly During<TreeNode | undefined>[]
  /**
   * What was worked out for the node, as nothing above it ever changes: kept here, because a look-up costs more than it,
   * and each object on the way to it is another line of memory that is not in the caches of the processor.
   */
  lasting: unknown
  /** What was worked out for an instant, and for how long it holds. */
  remembered: Remembered | undefined
}

interface Remembered {
  readonly fromMs: number
  readonly toMs: number
  readonly lowest: unknown
}

const deepest = 64

/** What holds at an instant. Of two that both do (refused when saved) the one that began later. */
export function valueAt<Value>(list: readonly During<Value>[], atMs: number): During<Value> | undefined {
  let found: During<Value> | undefined
  for (const during of list) {
    if (atMs >= during.fromMs && atMs < during.toMs && (found === undefined || during.fromMs >= found.fromMs))
      found = during
  }
  return found
}

/** Throws ConfigurationFault: an unknown parent, a circle, two values at once, a pattern that is none. */
export function createOrganisationTree(nodes: readonly OrganisationNode[]): OrganisationTree {
  const byId = new Map<string, TreeNode>()
  const made: (TreeNode & { parents: During<TreeNode | undefined>[] })[] = []
  for (const node of nodes) {
    const zone = node.zone === undefined ? undefined : zoneOf(node.zone)
    if (node.zone !== undefined && !zone)
      throw new ConfigurationFault('node', node.id, `there is no zone "${node.zone}"`)
    checkApart(node)
    const { id, plan, billable } = node
    const isReseller = node.reseller === true
    const own = { id, zone, isReseller, plan, billable, parents: [], lasting: undefined, remembered: undefined }
    byId.set(id, own)
    made.push(own)
  }
  const indexes = {
    account: createClaimIndex<TreeNode>(),
    extension: createClaimIndex<TreeNode>(),
    trunk: createClaimIndex<TreeNode>(),
  }
  for (const [place, own] of made.entries()) {
    const node = nodes[place] as OrganisationNode
    for (const { fromMs, toMs, value } of node.parent) {
      const parent = value === null ? undefined : byId.get(value)
      if (value !== null && !parent)
        throw new ConfigurationFault('node', node.id, `its parent "${value}" does not exist`)
      own.parents.push(parent === undefined && isAlways(fromMs, toMs) ? alwaysTop : { fromMs, toMs, value: parent })
    }
    for (const claim of node.claims) {
      try {
        indexes[claim.value.kind].add(claim.value.pattern, claim, own)
      } catch (error) {
        throw new ConfigurationFault('claim', node.id, error instanceof Error ? error.message : String(error))
      }
    }
  }
  const tree: OrganisationTree = {
    accounts: indexes.account,
    extensions: indexes.extension,
    trunks: indexes.trunk,
    node: (id) => byId.get(id),
    pathOf(node, atMs) {
      const path = [node]
      for (let at = valueAt(node.parents, atMs)?.value; at !== undefined; at = valueAt(at.parents, atMs)?.value) {
        if (path.length >= deepest)
          throw new ConfigurationFault('node', node.id, 'is in a circle, or deeper than 64 levels')
        path.push(at)
      }
      return path
    },
  }
  for (const node of made)
    for (const { fromMs, toMs, value } of node.parents)
      if (value !== undefined) tree.pathOf(node, instantIn(fromMs, toMs))
  return tree
}

function isAlways(fromMs: number, toMs: number): boolean {
  return fromMs === Number.NEGATIVE_INFINITY && toMs === Number.POSITIVE_INFINITY
}

/** Most nodes of 100,000 are below none. */
const alwaysTop: During<undefined> = {
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
  value: undefined,
}

function checkApart(node: OrganisationNode): void {
  checkOneAtATime(node, 'parent', node.parent)
  checkOneAtATime(node, 'plan', node.plan)
  checkOneAtATime(node, 'billable', node.billable)
}

function checkOneAtATime(node: OrganisationNode, name: string, list: readonly During<unknown>[]): void {
  if (list.length < 2) return
  const sorted = [...list].sort((a, b) => a.fromMs - b.fromMs)
  sorted.forEach((during, place) => {
    const before = sorted[place - 1]
    if (before !== undefined && before.toMs > during.fromMs) {
      const at = Number.isFinite(during.fromMs) ? ` from ${new Date(during.fromMs).toISOString()} on` : ''
      throw new ConfigurationFault('node', node.id, `has two values of ${name}${at}`)
    }
  })
}

/** An instant of a time that may be open at either end. */
function instantIn(fromMs: number, toMs: number): number {
  if (Number.isFinite(fromMs)) return fromMs
  return Number.isFinite(toMs) ? toMs - 1 : 0
}
