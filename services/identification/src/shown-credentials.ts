import { type Device, normalizedMac, type PhoneEvidence, rootTenantId } from '@strowger/schema'
import { credentialDigest, deviceUsername, isSameDigest, type TenantKeys } from '@strowger/service'
import type { Shown } from './admission-policy.ts'
import type { KeyOwner } from './key-owners.ts'

/** Keys that a device had before its last revocations, as far back as they are still known for its own. */
const formerKeys = 8

/** What a request has shown, verified for this device; without one, for a phone that would become `tenant`’s. */
export function shownCredentials(parts: {
  evidence: PhoneEvidence
  device: Device | undefined
  tenant: string
  owner: KeyOwner | undefined
  /** Whether an unknown key is a wrong one: false where keys are not used. */
  judgesKeys: boolean
  keysOf: (tenant: string) => TenantKeys | undefined
}): Shown {
  const { evidence } = parts
  return {
    ...shownKey(parts),
    password: shownPassword(parts),
    certificateMac: evidence.mac === undefined ? undefined : normalizedMac(evidence.mac),
  }
}

function shownKey(parts: Parameters<typeof shownCredentials>[0]): Pick<Shown, 'key' | 'keyUntilMs'> {
  const { evidence, device, tenant, owner, judgesKeys } = parts
  if (evidence.key === undefined) return { key: 'none' }
  if (owner?.kind === 'device') return { key: owner.device === device?.id ? 'own' : 'wrong' }
  if (owner?.kind === 'tenant') {
    if (owner.tenant === tenant) return { key: 'tenant', keyUntilMs: owner.untilMs }
    return { key: owner.tenant === rootTenantId ? 'root' : 'wrong', keyUntilMs: owner.untilMs }
  }
  if (!judgesKeys) return { key: 'none' }
  return { key: isFormerKey(evidence.key, parts) ? 'former' : 'wrong' }
}

/** A phone that moved to another tenant, or whose key was revoked, still has the URL it was given before. */
function isFormerKey(digest: string, parts: Parameters<typeof shownCredentials>[0]): boolean {
  const { device, keysOf } = parts
  if (device === undefined) return false
  const { id, tenant, keyNumber = 0 } = device
  const earliest = Math.max(0, keyNumber - formerKeys)
  return [tenant, rootTenantId].some((owner) => {
    const keys = keysOf(owner)
    if (keys === undefined) return false
    for (let number = earliest; number <= keyNumber; number += 1) {
      if (isSameDigest(digest, credentialDigest(keys.deviceKey(id, number)))) return true
    }
    return false
  })
}

function shownPassword({ evidence, device, keysOf }: Parameters<typeof shownCredentials>[0]): Shown['password'] {
  const { login } = evidence
  if (login === undefined) return 'none'
  const keys = device && keysOf(device.tenant)
  if (device === undefined || keys === undefined || login.username.toLowerCase() !== deviceUsername(device))
    return 'wrong'
  const expected = credentialDigest(keys.password(device.id, device.keyNumber ?? 0))
  return isSameDigest(login.password, expected) ? 'own' : 'wrong'
}
