import { literalPrefixes, maxPrefixLength } from './prefix.ts'

/**
 * Finds the rules that can match a text by how the text begins, so that the cost of an identification does not grow
 * with the number of plugins: phones of other families are not even tried.
 */
export interface RuleIndex<Rule> {
  add(pattern: string, rule: Rule): void
  candidates(text: string): Rule[]
}

export function createRuleIndex<Rule>(): RuleIndex<Rule> {
  const byPrefix = new Map<string, Rule[]>()
  const lengths: number[] = []
  return {
    add(pattern, rule) {
      for (const prefix of literalPrefixes(pattern)) {
        const rules = byPrefix.get(prefix)
        if (rules) rules.push(rule)
        else byPrefix.set(prefix, [rule])
        if (!lengths.includes(prefix.length)) lengths.push(prefix.length)
      }
    },
    candidates(text) {
      const head = text.slice(0, maxPrefixLength)
      const found: Rule[] = []
      for (const length of lengths) {
        const rules = length <= head.length ? byPrefix.get(head.slice(0, length)) : undefined
        if (rules) found.push(...rules)
      }
      return found
    },
  }
}
