import { allowedFor, isDomain, pjsipOptions } from '@strowger/asterisk'
import type { Bus } from '@strowger/bus'
import { type FieldProblem, pjsipSections, type SipApplied } from '@strowger/schema'
import type { View } from '../models.ts'
import { optionChanges } from '../option-changes.ts'
import { optionProblems, refuse } from '../option-problems.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import { installation } from '../store/kinds.ts'
import type { Ledgers } from '../store/ledger.ts'

/** What holds for the whole Asterisk: its sections global and system, and its domains. The root tenant’s alone. */
export function answerPjsipSections(
  bus: Bus,
  parts: { ledgers: Ledgers; view: View; scopes: Scopes; applied: (uuid: string) => SipApplied[] },
): void {
  const { ledgers, view, scopes, applied } = parts

  bus.reply(pjsipSections.get, async ({ section }, { context }) => {
    scopes.ofInstallation(context)
    const key = `${installation}/${section}`
    const states = applied(key)
    const { options = {}, revision } = view.get('setting', key) ?? {}
    return {
      options,
      ...(revision === undefined ? {} : { revision }),
      ...(states.length === 0 ? {} : { applied: states }),
    }
  })
  bus.reply(pjsipSections.update, async ({ section, settings: { options }, ifRevision, dryRun }, { context }) => {
    const person = scopes.ofInstallation(context)
    const pairs = Object.entries(options)
    refuse(
      section === 'domain_alias'
        ? aliasProblems(pairs)
        : optionProblems(section, pairs, (index) => `/options/${pairs[index]?.[0]}`),
    )
    if (dryRun) {
      const shownNow = view.get('setting', `${installation}/${section}`)
      checkRevision(shownNow ?? { revision: 0 }, ifRevision)
      return { applied: false, options: optionChanges(Object.entries(shownNow?.options ?? {}), pairs) }
    }
    await ledgers.write(person, [installation], async (ledger) => {
      const present = await ledger.locked('setting', `${installation}/${section}`)
      checkRevision(present ?? { revision: 0 }, ifRevision)
      if (present) await ledger.update('setting', present, { options })
      else await ledger.insert('setting', { tenant_id: installation, section, options })
    })
    return {}
  })
  bus.reply(pjsipSections.doc, async () => documentation)
}

function aliasProblems(aliases: readonly (readonly [string, string])[]): FieldProblem[] {
  return aliases.flatMap(([alias, domain]): FieldProblem[] => {
    const field = `/options/${alias}`
    if (!isDomain(alias)) return [{ field, problem: 'is no name of a domain' }]
    if (alias === domain) return [{ field, problem: 'is another name of itself' }]
    return optionProblems('domain_alias', [['domain', domain]], () => field)
  })
}

const documentation = Object.fromEntries(
  Object.entries(pjsipOptions).map(([object, table]) => [
    object,
    Object.fromEntries(
      Object.entries(table)
        .filter(([, { type }]) => type !== 'gone')
        .map(([name, option]) => [
          name,
          {
            name,
            allowed: allowedFor(option),
            ...(option.default === undefined ? {} : { default: option.default }),
            ...(option.multiple ? { multiple: true } : {}),
            ...(option.values && option.type !== 'codec-preferences' ? { choices: [...option.values] } : {}),
          },
        ]),
    ),
  ]),
)
