import type { Device, PhoneEvidence, Policy } from '@strowger/schema'
import type { Clock, TenantKeys } from '@strowger/service'
import { type Admission, admission, isOpen, type Shown } from './admission-policy.ts'
import type { Identity } from './device-directory.ts'
import type { KeyOwner, KeyOwners } from './key-owners.ts'
import type { PhoneRegistry } from './phone-registry.ts'
import type { Recognition } from './recognition.ts'
import { shownCredentials } from './shown-credentials.ts'
import type { RequestMacs } from './whose-file.ts'

/** A request on its way through the rules. */
export interface Asking {
  readonly evidence: PhoneEvidence
  readonly found: Identity
  readonly macs: RequestMacs
  readonly owner: KeyOwner | undefined
}

/** Who asks, and what the tenant's policy says of that: the same for what phones fetch and for what they send. */
export interface RequestAdmission {
  deviceOf(asking: Asking): Device | undefined
  admissionOf(
    asking: Asking,
    device: Device | undefined,
    tenant: string,
    policy: Policy,
  ): { shown: Shown; admitted: Admission }
}

export function createRequestAdmission(parts: {
  recognition: Recognition
  registry: PhoneRegistry
  keyOwners: KeyOwners
  keysOf: (tenant: string) => TenantKeys | undefined
  clock: Pick<Clock, 'now'>
}): RequestAdmission {
  const { recognition, registry, keyOwners, keysOf, clock } = parts

  /** Its own key tells a phone from all others; what else the request says of it must agree. */
  function deviceOf({ found, evidence, owner }: Asking): Device | undefined {
    if (owner?.kind !== 'device') return registry.find(found, evidence.address)
    const byKey = registry.get(owner.device)
    const byIdentity = registry.find({ mac: found.mac, uuid: found.uuid, vendor: found.vendor, sn: found.sn }, '')
    return byIdentity ?? byKey
  }

  function admissionOf(asking: Asking, device: Device | undefined, tenant: string, policy: Policy) {
    const { evidence, found, owner } = asking
    // Where keys are not used an old URL of a phone is as good as one without.
    const judgesKeys = policy.keys !== 'off' || (device === undefined && keyOwners.inUse)
    const shown = shownCredentials({ evidence, device, tenant, owner, judgesKeys, keysOf })
    if (shown.key === 'none' && isOpen(policy) && evidence.mac === undefined && evidence.login === undefined) {
      return { shown, admitted: { kind: 'admitted', proven: false } satisfies Admission as Admission }
    }
    const admitted = admission({
      policy,
      device,
      tenant,
      mac: device === undefined ? found.mac : device.mac,
      hasFetched: device !== undefined && registry.hasFetched(device.id),
      shown,
      transport: evidence.transport === 'tftp' ? 'tftp' : 'http',
      address: evidence.address,
      sensitive: recognition.isSensitive(device?.plugin ?? found.plugin, baseName(evidence)),
      nowMs: clock.now(),
    })
    return { shown, admitted }
  }

  return { deviceOf, admissionOf }
}

function baseName(evidence: PhoneEvidence): string {
  const path = evidence.path ?? evidence.filename ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}
