import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { eraseTenant, Fault, rootTenantId, type Tenant, type Tenants, tenantsFrom } from '@strowger/schema'
import type { Tasks } from '@strowger/service'
import type { Erasure } from '../erasure.ts'
import { withoutInput } from './tasks.ts'

const kind = 'gateway.erase-tenant'

/** Erasing a tenant: counted first, then done as a task, which goes on where it was after a death of its process. */
export function answerEraseTenant(bus: Bus, parts: { tenants: Tenants; erasure: Erasure; tasks: Tasks }): void {
  const { tenants, erasure, tasks } = parts
  tasks.resume(kind, (task, input) => erasure.erase(input as Tenant, task))

  bus.reply(eraseTenant, async ({ id, confirmation, dryRun = false }, { context }) => {
    const { tenantId } = personFrom(context)
    const tenant = tenantsFrom(tenants, tenantId).includes(id) ? tenants.get(id) : undefined
    if (tenant === undefined) throw new Fault('not-found', { detail: `There is no tenant ${id}` })
    if (id === rootTenantId) throw new Fault('not-deletable', { detail: 'The root tenant is always there' })
    if (id === tenantId) {
      throw new Fault('not-deletable', {
        detail: 'A tenant is erased by the one above it: name that by Strowger-Tenant',
      })
    }
    if (tenantsFrom(tenants, id).length > 1) throw new Fault('in-use', { detail: 'There are tenants below it' })
    if (confirmation.name !== tenant.name) {
      const problem = 'is not the name of this tenant'
      throw new Fault('invalid-input', {
        detail: `/confirmation/name ${problem}`,
        fields: [{ field: '/confirmation/name', problem }],
      })
    }
    if (dryRun) return { applied: false, report: await erasure.report(tenant) }
    const task = await tasks.start({ kind, tenant: tenantId, actor: context.actor, input: tenant }, (running) =>
      erasure.erase(tenant, running),
    )
    return { applied: true, task: withoutInput(task) }
  })
}
