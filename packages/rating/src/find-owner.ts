import { partsOfPattern } from './claims.ts'
import type { OrganisationTree, TreeNode } from './organisation-tree.ts'
import type { Provider, ProviderRule } from './provider.ts'
import type { CallDraft } from './rated-call.ts'
import type { Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'

/** The first rule of a provider that a record matches. */
export function ruleFor(provider: Provider, record: CdrRecord): ProviderRule['means'] | undefined {
  if (provider.rules === undefined || provider.rules.length === 0) return undefined
  return provider.rules.find(
    (rule) =>
      fits(rule.context, record.context) &&
      fits(rule.trunkIn, record.trunkIn) &&
      fits(rule.trunkOut, record.trunkOut) &&
      fits(rule.disposition, record.disposition) &&
      fits(rule.account, record.account),
  )?.means
}

function fits(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true
  const parts = partsOfPattern(pattern)
  if (!parts) return pattern === text
  const rest = text.length - parts.literal.length
  if (!text.startsWith(parts.literal) || rest < parts.wild || (!parts.isOpen && rest !== parts.wild)) return false
  return /^\d*$/.test(text.slice(parts.literal.length, parts.literal.length + parts.wild))
}

/**
 * Owner and direction (d4), into the draft. Asked in order: account code, number, trunk. The account code is the
 * caller's, unless the call came in by a vendor's trunk. `stated` is what a rule or the source says of the direction.
 * Gives the owner, or a reason.
 */
export function findOwner(
  draft: CallDraft,
  record: CdrRecord,
  tree: OrganisationTree,
  isVendorTrunk: (trunk: string, atMs: number) => boolean,
  stated: CallDraft['direction'],
): TreeNode | Reason {
  const { atMs } = draft
  const account = record.account === '' ? undefined : tree.accounts.find(record.account, atMs)
  let caller = numberOwner(tree, record.caller, draft.caller, atMs) ?? trunkOwner(tree, record.trunkIn, atMs)
  let called = numberOwner(tree, record.called, draft.called, atMs) ?? trunkOwner(tree, record.trunkOut, atMs)
  const isInbound =
    stated === 'incoming' || (stated === '' && caller === undefined && isVendorTrunk(record.trunkIn, atMs))
  if (isInbound) called = account ?? called
  else caller = account ?? caller
  if (stated !== 'outgoing' && called === 'ambiguous') return 'ambiguous_owner'
  if (stated !== 'incoming' && caller === 'ambiguous') return 'ambiguous_owner'
  // What is not asked for may be ambiguous: it is nobody then.
  const from = caller === 'ambiguous' ? undefined : caller
  const to = called === 'ambiguous' ? undefined : called
  if (stated === '') draft.direction = from && to ? 'internal' : from ? 'outgoing' : to ? 'incoming' : ''
  else draft.direction = stated
  return (draft.direction === 'incoming' ? (to ?? from) : (from ?? to)) ?? 'no_owner'
}

/** By the number as it is known in the plan, or as it stands in the record. */
function numberOwner(tree: OrganisationTree, given: string, normal: string, atMs: number) {
  const found = normal === '' ? undefined : tree.extensions.find(normal, atMs)
  return found ?? (given === '' || given === normal ? undefined : tree.extensions.find(given, atMs))
}

function trunkOwner(tree: OrganisationTree, trunk: string, atMs: number) {
  return trunk === '' ? undefined : tree.trunks.find(trunk, atMs)
}
