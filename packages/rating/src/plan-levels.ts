import { type OrganisationTree, type TreeNode, valueAt } from './organisation-tree.ts'

/** Levels of owners, remembered for as long as nothing above them changes: calls of one owner mostly have the same. */
export interface PlanLevels {
  of(owner: TreeNode, atMs: number): readonly PlanLevel[]
}

export function createPlanLevels(tree: OrganisationTree): PlanLevels {
  return {
    of(owner, atMs) {
      const found = owner.remembered
      if (found !== undefined && atMs >= found.fromMs && atMs < found.toMs) return found.levels as readonly PlanLevel[]
      const levels = levelsOf(tree, owner, atMs)
      owner.remembered = { ...unchangedAround(tree.pathOf(owner, atMs), atMs), levels }
      return levels
    },
  }
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
  readonly plan: string
  /** Since when the plan has been the node's, for allowances. */
  readonly sinceMs: number
  /** Who is billed: the nearest node marked so, or the highest of the level. */
  readonly billable: TreeNode
  readonly hasPlan: boolean
}

/**
 * Levels of income from the owner up (d5). A level ends below the next node that is a reseller, which begins the level
 * above; its plan is that of its nearest node that has one at the instant.
 */
function levelsOf(tree: OrganisationTree, owner: TreeNode, atMs: number): readonly PlanLevel[] {
  const levels: PlanLevel[] = []
  let level: TreeNode[] = []
  const close = (): void => {
    if (level.length > 0) levels.push(levelFrom(level, levels.length, atMs))
    level = []
  }
  for (const node of tree.pathOf(owner, atMs)) {
    if (node.isReseller) close()
    level.push(node)
  }
  close()
  return levels.filter(({ hasPlan, level: place }) => hasPlan || place === 0)
}

function levelFrom(nodes: readonly TreeNode[], level: number, atMs: number): PlanLevel {
  const billable = nodes.find((node) => valueAt(node.billable, atMs)?.value === true) ?? (nodes.at(-1) as TreeNode)
  for (const node of nodes) {
    const plan = valueAt(node.plan, atMs)
    if (plan) return { level, plan: plan.value, sinceMs: plan.fromMs, billable, hasPlan: true }
  }
  return { level, plan: '', sinceMs: Number.NEGATIVE_INFINITY, billable, hasPlan: false }
}
