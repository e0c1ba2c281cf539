import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Device } from '@strowger/schema'
import type { ConfigTree } from './config-tree.ts'

/** Looked at in one turn of the event loop: a fraction of a millisecond, so that phones' requests go in between. */
const devicesATurn = 1_000

/** Those of the devices whose files depend on this config. */
export async function dependentsOf(
  tree: Pick<ConfigTree, 'dependsOn'>,
  devices: Iterable<Device>,
  changed: { tenant: string; id: string },
): Promise<Device[]> {
  const isDependent = tree.dependsOn(changed)
  const dependents: Device[] = []
  let looked = 0
  for (const device of devices) {
    if (isDependent(device)) dependents.push(device)
    looked += 1
    if (looked % devicesATurn === 0) await nextTurn()
  }
  return dependents
}
