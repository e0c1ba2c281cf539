import { truthOf } from '@strowger/asterisk'
import type { Bus } from '@strowger/bus'
import {
  Fault,
  getPolicy,
  type SipConfiguration,
  type SipOption,
  type SipTemplateInput,
  sipGeneral,
  updatePolicy,
} from '@strowger/schema'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import { impactOf } from '../impact.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledgers } from '../store/ledger.ts'
import { ensureTenantTemplates } from '../tenant-templates.ts'

/** What NAT means to Asterisk: answers go where requests come from (chan_sip’s `nat=yes`). */
const natOptions = ['rtp_symmetric', 'force_rport', 'rewrite_contact']

/**
 * What the old general section was, for one tenant: the endpoint options of its template `global`, and whether its
 * phones are behind NAT, which holds for Asterisk and for provisioning.
 */
export function answerGeneral(
  bus: Bus,
  parts: { ledgers: Ledgers; writes: ConfigurationWrites; picture: Picture; scopes: Scopes },
): void {
  const { ledgers, writes, picture, scopes } = parts
  const { view } = picture

  function globalOf(tenant: string): SipConfiguration | undefined {
    for (const one of view.values('configuration')) if (one.tenant === tenant && one.builtIn === 'global') return one
    return undefined
  }

  bus.reply(sipGeneral.get, async (_input, { context }) => {
    const { tenant } = scopes.of(context)
    const { nat } = await bus.request(getPolicy, {}, context)
    const options = globalOf(tenant)?.sections.endpoint ?? []
    const several = options.filter(([name], index) => options.findIndex(([other]) => other === name) !== index)
    const asteriskId = view.get('setting', `${tenant}/general`)?.asteriskId
    const first = options.filter((option) => !several.includes(option))
    const revision = globalOf(tenant)?.revision
    return {
      ...(revision === undefined ? {} : { revision }),
      options: Object.fromEntries(first),
      ordered_options: several.map(([name, value]) => [name, value]),
      nat: nat ? ('yes' as const) : ('no' as const),
      asterisk_id: asteriskId ?? null,
    }
  })

  bus.reply(sipGeneral.update, async ({ general, ifRevision, dryRun, ...page }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const nat = general.nat ?? natFrom(general.options?.['nat'])
    const shown = nat && ((await bus.request(getPolicy, {}, context)).nat ? 'yes' : 'no')
    const inputOf = (template: SipConfiguration) => inputFor(template, general, nat, nat !== undefined && nat !== shown)
    if (globalOf(tenant) === undefined && !dryRun) await ensureTenantTemplates(ledgers, tenant)
    const template = globalOf(tenant)
    if (template === undefined)
      throw new Fault('unavailable', { detail: 'The templates of this tenant are being made' })
    const { uuid } = template
    if (dryRun) {
      checkRevision(template, ifRevision)
      const input = inputOf(template)
      const after = input === undefined ? picture : writes.preview(view, template, input, picture)
      const endpoints = picture.dependents(uuid).map((one) => one.uuid)
      return { applied: false, impact: impactOf(endpoints, picture, after, page) }
    }
    await ledgers.write(person, [tenant], async (ledger) => {
      const present = await ledger.locked('configuration', uuid)
      if (present === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
      checkRevision(present, ifRevision)
      const input = inputOf(present)
      if (input !== undefined) await writes.update(ledger, uuid, input)
      if (general.asterisk_id !== undefined) {
        const setting = await ledger.locked('setting', `${tenant}/general`)
        const columns = { asterisk_id: general.asterisk_id }
        if (setting) await ledger.update('setting', setting, columns)
        else await ledger.insert('setting', { tenant_id: tenant, section: 'general', options: {}, ...columns })
      }
    })
    if (nat !== undefined) await bus.request(updatePolicy, { policy: { nat: nat === 'yes' } }, context)
    return {}
  })
}

/** What becomes of the template `global`; undefined: nothing of it is named. */
function inputFor(
  { sections }: SipConfiguration,
  general: { options?: Record<string, string>; ordered_options?: string[][] },
  nat: 'yes' | 'no' | undefined,
  isNewNat: boolean,
): SipTemplateInput | undefined {
  const { nat: natOption, ...others } = general.options ?? {}
  const ordered = (general.ordered_options ?? []).map(([name = '', value = '']): SipOption => [name, value])
  const replaces =
    Object.keys(others).length > 0 || ordered.length > 0 || (general.options !== undefined && natOption === undefined)
  if (!replaces && nat === undefined) return undefined
  const present = sections.endpoint ?? []
  const options = replaces ? inPlaceOf(present, [...Object.entries(others), ...ordered]) : [...present]
  if (nat === undefined) return { endpoint_section_options: options }
  // What is shown and sent back as it is says nothing new.
  const missing = isNewNat ? natOptions.filter((option) => !options.some(([name]) => name === option)) : []
  return {
    endpoint_section_options: [
      ...options.map(([name, value]): SipOption => [name, natOptions.includes(name) ? nat : value]),
      ...missing.map((name): SipOption => [name, nat]),
    ],
  }
}

/** What is the same stays where it was: what was read can be sent back, and changes nothing. */
function inPlaceOf(present: readonly SipOption[], wanted: readonly SipOption[]): SipOption[] {
  const left = [...wanted]
  const kept = present.flatMap(([option, value]): SipOption[] => {
    const exact = left.findIndex(([name, given]) => name === option && given === value)
    const found = exact < 0 ? left.findIndex(([name]) => name === option) : exact
    return found < 0 ? [] : left.splice(found, 1)
  })
  return [...kept, ...left]
}

/** chan_sip knew more words than yes and no. @throws Fault `invalid-input` */
function natFrom(value: string | undefined): 'yes' | 'no' | undefined {
  if (value === undefined) return undefined
  const truth = truthOf(value)
  if (truth !== undefined) return truth ? 'yes' : 'no'
  if (/(?:^|,)\s*(?:auto_)?(?:force_rport|comedia)/.test(value)) return 'yes'
  throw new Fault('invalid-input', {
    detail: '/options/nat must be yes or no',
    fields: [{ field: '/options/nat', problem: 'must be yes or no' }],
  })
}
