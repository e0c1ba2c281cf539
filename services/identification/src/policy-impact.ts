import type { Device, Policy, PolicyChange, PolicyImpact } from '@strowger/schema'
import { isAllowed } from './allow-list.ts'

/** What another policy would mean to the devices of its tenant. Pure. */
export function policyImpact(
  before: Policy,
  after: Policy,
  named: PolicyChange,
  devices: Iterable<Pick<Device, 'tenant' | 'plugin' | 'ip'>>,
): PolicyImpact {
  const changes = Object.keys(named).flatMap((name) => {
    const field = name as keyof PolicyChange
    const isSame = JSON.stringify(before[field]) === JSON.stringify(after[field])
    return isSame ? [] : [{ field, before: before[field], after: after[field] }]
  })
  // Offered or required: the files carry it alike.
  const isInFiles = ({ keys, basicAuth }: Policy) => `${keys !== 'off'} ${basicAuth !== 'off'}`
  const reachesFiles = isInFiles(before) !== isInFiles(after)
  const counts = { devices: 0, rendered: 0, outside: 0 }
  for (const { tenant, plugin, ip } of devices) {
    if (tenant !== after.tenant) continue
    counts.devices += 1
    if (reachesFiles && plugin !== undefined) counts.rendered += 1
    if (ip !== undefined && isAllowed(before.allow, ip) && !isAllowed(after.allow, ip)) counts.outside += 1
  }
  return { changes, ...counts }
}
