import type { Bus } from '@strowger/bus'
import { type ServiceCodes, serviceCodes } from '@strowger/schema'
import type { DeviceLinesOf } from '../device-lines.ts'
import { overlaid, type View, type Written } from '../models.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledgers } from '../store/ledger.ts'

/** What people of a tenant dial for a service: told to all its phones that have lines. */
export function answerServiceCodes(
  bus: Bus,
  parts: { ledgers: Ledgers; view: View; scopes: Scopes; deviceLines: Pick<DeviceLinesOf, 'changes'> },
): void {
  const { ledgers, view, scopes, deviceLines } = parts

  bus.reply(serviceCodes.get, async (_input, { context }) => {
    const { revision, options = {} } = view.get('setting', `${scopes.of(context).tenant}/features`) ?? {}
    return { ...(revision === undefined ? {} : { revision }), codes: options }
  })

  function wouldChange(tenant: string, codes: ServiceCodes, revision: number) {
    const key = `${tenant}/features`
    const document = { tenant, section: 'features' as const, revision, options: { ...codes } }
    const written: Written = { kind: 'setting', key, document }
    const changes = deviceLines.changes(view, overlaid(view, [written]), [written])
    return { applied: false, devices: changes.slice(0, 100).map(({ device }) => device), device_count: changes.length }
  }

  bus.reply(serviceCodes.update, async ({ features: { codes }, ifRevision, dryRun }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const key = `${tenant}/features`
    if (dryRun) {
      const { revision } = view.get('setting', key) ?? unwritten
      checkRevision({ revision }, ifRevision)
      return wouldChange(tenant, codes, revision)
    }
    await ledgers.write(person, [tenant], async (ledger) => {
      const present = await ledger.locked('setting', key)
      checkRevision(present ?? unwritten, ifRevision)
      if (present) await ledger.update('setting', present, { options: codes })
      else await ledger.insert('setting', { tenant_id: tenant, section: 'features', options: codes })
    })
    return {}
  })
}

const unwritten = { revision: 0 }
