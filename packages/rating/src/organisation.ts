/** Something that holds for a while: [from, to), milliseconds UTC, -Infinity and Infinity for open ends. */
export interface During<Value> {
  readonly fromMs: number
  readonly toMs: number
  readonly value: Value
}

/** A node of a tenant's tree of customers: a customer, an office, an extension. Never edited, only continued. */
export interface OrganisationNode {
  readonly id: string
  readonly name: string
  readonly parent: readonly During<string | null>[]
  /** Plan assigned at this node. */
  readonly plan: readonly During<string>[]
  readonly billable: readonly During<boolean>[]
  /** A reseller: what is above it is another level of income, priced by the plans above. */
  readonly reseller?: boolean
  /** IANA: of its days, of allowances and of what it is shown. */
  readonly zone?: string
  readonly claims: readonly During<Claim>[]
}

/** By what calls are a node's own. Patterns: exact, `X` for one digit and `*` for any rest, both at the end only. */
export interface Claim {
  readonly kind: 'account' | 'extension' | 'trunk'
  readonly pattern: string
}

/** What a customer pays by: decks in the order they are asked, and the allowances that come with it. */
export interface Plan {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly decks: readonly PlanDeck[]
  /** The longest prefix over all decks wins, not the first deck that has one. */
  readonly longestOverAll?: boolean
  readonly allowances?: readonly string[]
  /** Least that a call must earn, for the guard at import: decimal text in the plan's currency a minute. */
  readonly minimumMargin?: string
}

export interface PlanDeck {
  readonly deck: string
  /** Only calls of this direction. */
  readonly direction?: 'outgoing' | 'incoming' | 'internal'
}

export interface Vendor {
  readonly id: string
  readonly name: string
  /** Trunks by which its calls leave; patterns as of claims. */
  readonly trunks: readonly During<string>[]
  /** Decks in the order they are asked. */
  readonly decks: readonly During<readonly string[]>[]
  readonly currency: string
}

/** Time, calls or money that a plan includes. */
export interface Allowance {
  readonly id: string
  readonly name: string
  readonly unit: 'seconds' | 'calls' | 'money'
  /** Whole seconds, calls, or decimal text of money. */
  readonly amount: string
  readonly period: 'day' | 'week' | 'month'
  /** Day the period begins: 1 to 28 of a month, 1 to 7 of a week. Default 1. */
  readonly startDay?: number
  /** `HH:MM`, local. Default 00:00. */
  readonly startTime?: string
  readonly policy: 'split' | 'whole'
  readonly onlyPriced?: boolean
  /** Prefixes it is good for; empty is all. */
  readonly prefixes?: readonly string[]
  /** A limit around this one: both must hold, both are taken from. */
  readonly within?: string
  /** The first period is given by the part of it that is left. */
  readonly proRata?: boolean
  /** Unused seconds move to the next period once, at most so many. */
  readonly rollOver?: string
  readonly weight?: number
  /** What the allowance itself costs a period, for its service line. */
  readonly price?: string
}
