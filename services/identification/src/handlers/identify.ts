import type { Bus, Call } from '@strowger/bus'
import {
  type Device,
  Fault,
  type FileAnswer,
  identify,
  type PhoneEvidence,
  render,
  rootTenantId,
  type WithBody,
} from '@strowger/schema'
import type { Identity } from '../device-directory.ts'
import type { PhoneRegistry } from '../phone-registry.ts'
import type { Recognition } from '../recognition.ts'
import { contradiction, macsOfRequest, type RequestMacs, whoseFile } from '../whose-file.ts'

const nothing = new Uint8Array(0)

/**
 * Who asks, and may it have what it asks for? A known phone is found in memory and what is new about it is stored
 * afterwards; an unknown one becomes a device first. Then rendering answers in our place.
 */
export function answerIdentify(bus: Bus, parts: { recognition: Recognition; registry: PhoneRegistry }): void {
  const { recognition, registry } = parts

  bus.reply(
    identify,
    async (evidence, call) => {
      const found = recognition.identify(evidence)
      const macs = macsOfRequest(evidence, found.sn)
      const contradicted = contradiction(macs)
      if (contradicted !== undefined) return refusal(evidence, contradicted, found)
      const device = registry.find(found, evidence.address) ?? (await createdDevice(found, evidence))
      if (device === undefined) return absent('no phone is known by what this request shows')
      return answerFor(device, found, evidence, macs, call)
    },
    { concurrency: 4_096 },
  )

  async function createdDevice(found: Identity, evidence: PhoneEvidence): Promise<Device | undefined> {
    if (!isPhone(found)) return undefined
    return registry.create(found, evidence.address)
  }

  function answerFor(known: Device, found: Identity, evidence: PhoneEvidence, macs: RequestMacs, call: Call) {
    const policy = registry.policyOf(known.tenant)
    const { address } = evidence
    const verdict = whoseFile({ device: known, macs, address, policy, hasFetched: registry.hasFetched(known.id) })
    if (verdict.kind === 'refused') return Promise.resolve(refusal(evidence, verdict.reason, found, known))
    const device = registry.observe(known, found, address)
    const path = (evidence.path ?? evidence.filename ?? '').replace(/^\/+/, '')
    const input = {
      device,
      policy,
      path,
      transport: evidence.transport === 'tftp' ? 'tftp' : 'http',
      keep: verdict.keep,
    } as const
    return call.forward(render, input).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'unavailable') return unavailable()
      throw error
    })
  }

  /** Also a refused request for a file that may hold credentials is written to the security log. */
  function refusal(evidence: PhoneEvidence, reason: string, found: Identity, device?: Device): WithBody<FileAnswer> {
    const file = baseName(evidence)
    const plugin = device?.plugin ?? found.plugin
    return {
      outcome: 'refused',
      reason,
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

function unavailable(): WithBody<FileAnswer> {
  return { outcome: 'unavailable', reason: 'rendering is away', body: nothing }
}

function baseName(evidence: PhoneEvidence): string {
  const path = evidence.path ?? evidence.filename ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}
