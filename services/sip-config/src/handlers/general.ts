import { truthOf } from '@strowger/asterisk'
import type { Bus } from '@strowger/bus'
import { Fault, getPolicy, type SipConfiguration, type SipOption, sipGeneral, updatePolicy } from '@strowger/schema'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
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
    return {
      options: Object.fromEntries(options.toReversed()),
      ordered_options: several.map(([name, value]) => [name, value]),
      nat: nat ? ('yes' as const) : ('no' as const),
      asterisk_id: asteriskId ?? null,
    }
  })

  bus.reply(sipGeneral.update, async ({ general }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const { nat: natOption, ...others } = general.options ?? {}
    const nat = general.nat ?? natFrom(natOption)
    const ordered = (general.ordered_options ?? []).map(([name = '', value = '']): SipOption => [name, value])
    const replaces =
      Object.keys(others).length > 0 || ordered.length > 0 || (general.options !== undefined && natOption === undefined)
    if (globalOf(tenant) === undefined) await ensureTenantTemplates(ledgers, tenant)
    await ledgers.write(person, [tenant], async (ledger) => {
      const template = globalOf(tenant)
      if (template === undefined)
        throw new Fault('unavailable', { detail: 'The templates of this tenant are being made' })
      let options: SipOption[] = replaces
        ? [...Object.entries(others), ...ordered]
        : [...(template.sections.endpoint ?? [])]
      if (nat !== undefined) {
        options = options.filter(([name]) => !natOptions.includes(name))
        options.push(...natOptions.map((name): SipOption => [name, nat]))
      }
      if (replaces || nat !== undefined)
        await writes.update(ledger, template.uuid, { endpoint_section_options: options })
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
