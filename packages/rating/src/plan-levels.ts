import type { CompiledPlan } from './engine-parts.ts'
import { type OrganisationTree, type TreeNode, valueAt } from './organisation-tree.ts'
import type { Zone } from './zone.ts'

/** Levels of owners, remembered for as long as nothing above them changes: calls of one owner mostly have the same. */
export interface PlanLevels {
  /** The lowest, which every owner has; the others are above it. */
  of(owner: TreeNode, atMs: number): PlanLevel
}

export function createPlanLevels(tree: OrganisationTree, plans: ReadonlyMap<string, CompiledPlan>): PlanLevels {
  const planLevels: PlanLevels = {
    of(owner, atMs) {
      if (owner.lasting !== undefined) return owner.lasting as PlanLevel
      const found = owner.remembered
      if (found !== undefined && atMs >= found.fromMs && atMs < found.toMs) return found.lowest as PlanLevel
      const parent = sameAs(owner)
      if (parent !== undefined) {
        const ofParent = planLevels.of(parent, atMs)
        owner.lasting = parent.lasting
        owner.remembered = parent.remembered
        return ofParent
      }
      const lowest = lowestLevel(tree, plans, owner, atMs)
      const { fromMs, toMs } = unchangedAround(tree.pathOf(owner, atMs), atMs)
      const isLasting = fromMs === Number.NEGATIVE_INFINITY && toMs === Number.POSITIVE_INFINITY
      if (isLasting) owner.lasting = lowest
      else owner.remembered = { fromMs, toMs, lowest }
      return lowest
    },
  }
  return planLevels
}

/**
 * The parent of a node that adds nothing to it, as extensions mostly are: they share what is remembered of it, of which
 * there is then a tenth as much to be held in the caches of the processor.
 */
function sameAs({ plan, billable, parents }: TreeNode): TreeNode | undefined {
  const [only] = parents
  if (only === undefined || parents.length > 1 || plan.length > 0 || billable.length > 0) return undefined
  if (only.fromMs !== Number.NEGATIVE_INFINITY || only.toMs !== Number.POSITIVE_INFINITY) return undefined
  return only.value === undefined || only.value.isReseller ? undefined : only.value
}

/** The time around an instant in which none of the nodes begins or ends to have a parent, plan or bill. */
function unchangedAround(path: readonly TreeNode[], atMs: number): { fromMs: number; toMs: number } {
  let fromMs = Number.NEGATIVE_INFINITY
  let toMs = Number.POSITIVE_INFINITY
  for (const { parents, plan, billable } of path) {
    for (const list of [parents, plan, billable]) {
      for (const during of list) {
        for (const edge of [during.fromMs, during.toMs]) {
          if (edge <= atMs && edge > fromMs) fromMs = edge
          if (edge > atMs && edge < toMs) toMs = edge
        }
      }
    }
  }
  return { fromMs, toMs }
}

/** One price that a call has for the people above its owner. */
export interface PlanLevel {
  readonly level: number
  readonly planId: string
  /** Undefined: none is assigned, or there is none of that id. */
  readonly plan: CompiledPlan | undefined
  /** Since when the plan has been the node's, for allowances. */
  readonly sinceMs: number
  /** Who is billed: the nearest node marked so, or the highest of the level. */
  readonly billableId: string
  readonly zone: Zone | undefined
  readonly hasPlan: boolean
  /** That of the reseller, if it has a plan; else the next one that has. */
  readonly above: PlanLevel | undefined
}

/**
 * Levels of income from the owner up (d5). A level ends below the next node that is a reseller, which begins the level
 * above; its plan is that of its nearest node that has one at the instant.
 */
function lowestLevel(
  tree: OrganisationTree,
  plans: ReadonlyMap<string, CompiledPlan>,
  owner: TreeNode,
  atMs: number,
): PlanLevel {
  const [lowest, ...resellers] = nodesByLevel(tree.pathOf(owner, atMs))
  let above: PlanLevel | undefined
  for (let place = resellers.length - 1; place >= 0; place -= 1) {
    const level = levelFrom(plans, resellers[place] as TreeNode[], place + 1, above, atMs)
    if (level.hasPlan) above = level
  }
  return levelFrom(plans, lowest, 0, above, atMs)
}

/** The nodes of each level, that of the owner first. */
function nodesByLevel(path: readonly TreeNode[]): [TreeNode[], ...TreeNode[][]] {
  const levels: [TreeNode[], ...TreeNode[][]] = [[]]
  let level = levels[0]
  for (const node of path) {
    if (node.isReseller && level.length > 0) {
      level = []
      levels.push(level)
    }
    level.push(node)
  }
  return levels
}

function levelFrom(
  plans: ReadonlyMap<string, CompiledPlan>,
  nodes: readonly TreeNode[],
  level: number,
  above: PlanLevel | undefined,
  atMs: number,
): PlanLevel {
  const { id, zone } = nodes.find((node) => valueAt(node.billable, atMs)?.value === true) ?? (nodes.at(-1) as TreeNode)
  for (const node of nodes) {
    const found = valueAt(node.plan, atMs)
    if (found) {
      const plan = plans.get(found.value)
      return { level, planId: found.value, plan, sinceMs: found.fromMs, billableId: id, zone, hasPlan: true, above }
    }
  }
  const sinceMs = Number.NEGATIVE_INFINITY
  return { level, planId: '', plan: undefined, sinceMs, billableId: id, zone, hasPlan: false, above }
}
