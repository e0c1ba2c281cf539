import type { Bus, Call } from '@strowger/bus'
import {
  type Device,
  Fault,
  type FileAnswer,
  identify,
  type PhoneEvidence,
  type Policy,
  render,
  rootTenantId,
  type WithBody,
  withoutKeys,
} from '@strowger/schema'
import type { Clock, TenantKeys } from '@strowger/service'
import { type Admission, isOpen, type Shown } from '../admission-policy.ts'
import type { Identity } from '../device-directory.ts'
import type { KeyOwners } from '../key-owners.ts'
import type { PhoneRegistry } from '../phone-registry.ts'
import type { Recognition } from '../recognition.ts'
import { type Asking, createRequestAdmission } from '../request-admission.ts'
import type { Sightings } from '../sightings.ts'
import type { SourceStanding } from '../source-standing.ts'
import { contradiction, macsOfRequest, whoseFile } from '../whose-file.ts'

const nothing = new Uint8Array(0)

type Admitted = Extract<Admission, { kind: 'admitted' }>
type Refusal = Extract<Admission, { kind: 'refused' }>

/**
 * Who asks, and may it have what it asks for? A known phone is found in memory and what is new about it is stored
 * afterwards; an unknown one becomes a device first. Then rendering answers in our place.
 */
export function answerIdentify(
  bus: Bus,
  parts: {
    recognition: Recognition
    registry: PhoneRegistry
    keyOwners: KeyOwners
    keysOf: (tenant: string) => TenantKeys | undefined
    standing: SourceStanding
    sightings: Sightings
    clock: Pick<Clock, 'now'>
  },
): void {
  const { recognition, registry, keyOwners, standing, sightings, clock } = parts
  const { deviceOf, admissionOf } = createRequestAdmission(parts)

  bus.reply(
    identify,
    async (evidence, call) => {
      const macs = macsOfRequest(evidence)
      const found = recognition.identify(evidence)
      const owner = evidence.key === undefined ? undefined : keyOwners.ownerOf(evidence.key, clock.now())
      const asking = { evidence, found, macs, owner }
      const contradicted = contradiction(macs)
      if (contradicted !== undefined) return refusal(asking, { reason: contradicted })
      const known = deviceOf(asking)
      if (known !== undefined) return answerFor(known, asking, call)
      const refused = refusalOfUnknown(asking)
      if (refused !== undefined) return refusal(asking, refused)
      if (!isPhone(found)) return absent('no phone is known by what this request shows')
      const created = await createdDevice(asking)
      return created === undefined ? tooMany() : answerFor(created, asking, call)
    },
    { concurrency: 4_096 },
  )

  /** Undefined when too many unknown phones come. */
  async function createdDevice(asking: Asking): Promise<Device | undefined> {
    const { evidence, found } = asking
    // The source of a datagram may be forged: over TFTP it counts when the file has been taken.
    if (evidence.transport !== 'tftp') standing.noteNew(evidence.address)
    try {
      const isProved = evidence.transport !== 'tftp'
      return await registry.create(found, evidence.address, { isProved, tenant: tenantOfUnknown(asking) })
    } catch (error) {
      if (error instanceof Fault && error.code === 'too-many-requests') return undefined
      throw error
    }
  }

  function tenantOfUnknown({ owner }: Asking): string {
    return owner?.kind === 'tenant' ? owner.tenant : rootTenantId
  }

  /** Before anything is made of it. */
  function refusalOfUnknown(asking: Asking): Refusal | undefined {
    const tenant = tenantOfUnknown(asking)
    const { admitted } = admissionOf(asking, undefined, tenant, registry.policyOf(tenant))
    return admitted.kind === 'refused' ? admitted : undefined
  }

  function answerFor(recorded: Device, asking: Asking, call: Call) {
    sightings.note(recorded)
    const known = registry.present(recorded)
    const policy = registry.policyOf(known.tenant)
    const { shown, admitted } = admissionOf(asking, known, known.tenant, policy)
    if (admitted.kind === 'refused') return Promise.resolve(refusal(asking, admitted, known))
    return answerAdmitted({ known, policy, shown, admitted }, asking, call)
  }

  function answerAdmitted(
    { known, policy, shown, admitted }: { known: Device; policy: Policy; shown: Shown; admitted: Admitted },
    asking: Asking,
    call: Call,
  ) {
    const { evidence, found, macs } = asking
    const { address } = evidence
    const { proven, untilMs, begins } = admitted
    const hasFetched = registry.hasFetched(known.id)
    const isOthersAddress = registry.isOthersAddress(known, address)
    const verdict = whoseFile({ device: known, macs, address, policy, hasFetched, isOthersAddress, proven })
    if (verdict.kind === 'refused') return Promise.resolve(refusal(asking, verdict, known))
    const device = registry.observe(known, found, address, { proof: verdict.proof, begins })
    const shownKey = shown.key === 'own' || shown.key === 'tenant' ? { shownKey: shown.key } : {}
    const input = {
      device,
      policy: { tenant: policy.tenant, revision: policy.revision },
      path: (evidence.path ?? evidence.filename ?? '').replace(/^\/+/, ''),
      transport: evidence.transport === 'tftp' ? 'tftp' : 'http',
      keep: verdict.keep,
      ...shownKey,
      ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
      ...(isOpen(policy) ? {} : { strict: true }),
    } as const
    return call.forward(render, input).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'unavailable') return unavailable()
      throw error
    })
  }

  /** Also a refused request for a file that may hold credentials is written to the security log. */
  function refusal(
    { evidence, found }: Asking,
    { reason, refusal }: Omit<Refusal, 'kind'>,
    device?: Device,
  ): WithBody<FileAnswer> {
    // A phone shows its password only when it has been asked for it.
    if (evidence.transport !== 'tftp' && refusal !== 'password-needed') standing.noteRefused(evidence.address)
    const file = baseName(evidence)
    const plugin = device?.plugin ?? found.plugin
    return {
      outcome: 'refused',
      reason,
      ...(refusal === undefined ? {} : { refusal }),
      file,
      tenant: device?.tenant ?? rootTenantId,
      sensitive: recognition.isSensitive(plugin, file),
      ...(device === undefined ? {} : { device: device.id }),
      body: nothing,
    }
  }
}

/** Enough to make a device of: something that is one phone’s alone, or at least which make and model is at this address. */
function isPhone({ mac, uuid, sn, vendor, model }: Identity): boolean {
  if (mac !== undefined || uuid !== undefined) return true
  return vendor !== undefined && (sn !== undefined || model !== undefined)
}

function absent(reason: string): WithBody<FileAnswer> {
  return { outcome: 'absent', reason, body: nothing }
}

function tooMany(): WithBody<FileAnswer> {
  return { outcome: 'too-many', reason: 'too many unknown phones', body: nothing }
}

function unavailable(): WithBody<FileAnswer> {
  return { outcome: 'unavailable', reason: 'rendering is away', body: nothing }
}

/** As it is logged: a key that stands where none is looked for is hidden, too. */
function baseName(evidence: PhoneEvidence): string {
  const path = evidence.path ?? evidence.filename ?? ''
  return withoutKeys(path.slice(path.lastIndexOf('/') + 1))
}
