import type { Symbols } from './symbols.ts'

/** Where code is being written: what names mean there, and where its text goes. */
export interface Scope {
  readonly symbols: Symbols
  /** The variable that takes the text. */
  readonly buffer: string
  /** At the top of a template, in branches too: what is assigned there is seen by blocks and importers. */
  readonly isTop: boolean
  /** At the top of a template and in no branch. */
  readonly isRoot: boolean
  /** What is written here is not shown once the template has a parent. */
  readonly yieldsToParent: boolean
  readonly escapes: boolean
}

/** A scope inside another, whose text goes to the same place unless a buffer is given. */
export function innerScope(scope: Scope, buffer?: string): Scope {
  return {
    symbols: scope.symbols.inner(),
    buffer: buffer ?? scope.buffer,
    isTop: false,
    isRoot: false,
    yieldsToParent: buffer === undefined && scope.yieldsToParent,
    escapes: scope.escapes,
  }
}

export function branchScope(scope: Scope): Scope {
  return { ...scope, isRoot: false }
}
