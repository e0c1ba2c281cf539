import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { listSipEndpoints, type SipApplied, type SipConfiguration, type Tenants, tenantsFrom } from '@strowger/schema'
import { configurationView } from '../configuration-view.ts'

export function answerConfigurationQuestions(
  bus: Bus,
  parts: {
    configurations: { values(): Iterable<SipConfiguration> }
    tenants: Tenants
    applyStates: { of(configuration: string): SipApplied[] }
  },
): void {
  const { configurations, tenants, applyStates } = parts

  bus.reply(listSipEndpoints, async ({ recurse = false, limit = 100, offset = 0 }, { context }) => {
    const { tenantId } = personFrom(context)
    const scope = new Set(recurse ? tenantsFrom(tenants, tenantId) : [tenantId])
    const found = [...configurations.values()].filter(({ kind, tenant }) => kind === 'endpoint' && scope.has(tenant))
    const items = found.sort((a, b) => a.name.localeCompare(b.name)).slice(offset, offset + limit)
    return {
      items: items.map((one) => ({ ...configurationView(one), applied: applyStates.of(one.uuid) })),
      total: found.length,
    }
  })
}
