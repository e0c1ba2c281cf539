import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  admitUpload,
  type Device,
  deleteUploads,
  Fault,
  getUpload,
  keepUploads,
  listUploads,
  type PhoneEvidence,
  pageOf,
  rootTenantId,
  storeUpload,
  type Tenants,
  tenantsFrom,
  withoutKeys,
} from '@strowger/schema'
import { type Clock, createSourceCounts, newId, type Seal, type TenantKeys } from '@strowger/service'
import type { Admission } from '../admission-policy.ts'
import type { KeyOwners } from '../key-owners.ts'
import type { PhoneRegistry } from '../phone-registry.ts'
import type { Recognition } from '../recognition.ts'
import { createRequestAdmission } from '../request-admission.ts'
import type { SourceStanding } from '../source-standing.ts'
import { readDevice } from '../store/list-devices.ts'
import type { DevicesSchema } from '../store/tables.ts'
import {
  insertUpload,
  isKeeping,
  keepUntil,
  listUploads as listStored,
  readUpload,
  removeUploads,
  type UploadRow,
} from '../store/uploads.ts'
import { contradiction, macsOfRequest, whoseFile } from '../whose-file.ts'

/** Of one device within ten minutes; phones send a log every few minutes at most. */
const maxUploads = 60
const windowMs = 600_000

type Refusal = Pick<Extract<Admission, { kind: 'refused' }>, 'reason' | 'refusal'>

/** What phones send us: who may, and what of it is kept. */
export function answerUploads(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    tenants: Tenants
    recognition: Recognition
    registry: PhoneRegistry
    keyOwners: KeyOwners
    keysOf: (tenant: string) => TenantKeys | undefined
    standing: SourceStanding
    /** Without it nothing can be kept. */
    seal: Seal | undefined
    clock: Clock
  },
): void {
  const { database, tenants, recognition, registry, keyOwners, standing, seal, clock } = parts
  const { deviceOf, admissionOf } = createRequestAdmission(parts)
  const uploads = createSourceCounts({ windowMs: () => windowMs, monotonicMs: clock.monotonicMs })

  bus.reply(admitUpload, async ({ method, evidence }) => {
    const file = withoutKeys(baseName(evidence))
    /** A phone shows its password only when it has been asked for it. */
    const refused = ({ reason, refusal }: Refusal, device?: Device) => {
      if (refusal !== 'password-needed') standing.noteRefused(evidence.address)
      const of = device === undefined ? {} : { tenant: device.tenant, device: device.id }
      return { outcome: 'refused' as const, reason, ...(refusal === undefined ? {} : { refusal }), ...of, file }
    }
    const found = recognition.identify(evidence)
    const macs = macsOfRequest(evidence, found.sn)
    const contradicted = contradiction(macs)
    if (contradicted !== undefined) return refused({ reason: contradicted })
    const owner = evidence.key === undefined ? undefined : keyOwners.ownerOf(evidence.key, clock.now())
    const asking = { evidence, found, macs, owner }
    const device = deviceOf(asking)
    if (!recognition.takesUpload(device?.plugin ?? found.plugin, method, evidence.path ?? '')) {
      return { outcome: 'not-named' as const }
    }
    if (device === undefined) {
      // Who tries keys out must not do it unseen here.
      const tenant = owner?.kind === 'tenant' ? owner.tenant : rootTenantId
      const { admitted } = admissionOf(asking, undefined, tenant, registry.policyOf(tenant))
      if (admitted.kind === 'refused') return refused(admitted)
      return { outcome: 'absent' as const, reason: 'no known phone is shown by this request' }
    }
    const policy = registry.policyOf(device.tenant)
    const hasFetched = registry.hasFetched(device.id)
    const { admitted } = admissionOf(asking, device, device.tenant, policy)
    if (admitted.kind === 'refused') return refused(admitted, device)
    const { address } = evidence
    const isOthersAddress = registry.isOthersAddress(device, address)
    const { proven } = admitted
    const verdict = whoseFile({ device, macs, address, policy, hasFetched, isOthersAddress, proven })
    if (verdict.kind === 'refused') return refused(verdict, device)
    const { tenant } = device
    if (uploads.add(device.id) > maxUploads) return { outcome: 'too-many' as const }
    const keep = seal !== undefined && (await isKeeping(database, tenant, device.id))
    return { outcome: 'accepted' as const, tenant, device: device.id, file, keep }
  })

  bus.reply(storeUpload, async ({ tenant, device, file, address, contentType, content }) => {
    if (seal === undefined || !(await isKeeping(database, tenant, device))) return { stored: false }
    const id = newId()
    const bytes = Buffer.from(content, 'base64')
    await insertUpload(database, tenant, {
      id,
      device_id: device,
      file,
      address,
      content_type: contentType ?? null,
      size: bytes.length,
      content: seal.sealBytes(bytes, aboutOf(id)),
    })
    return { stored: true }
  })

  /** The tenant that has the device, for one who may see it. */
  async function tenantOf(id: string, asking: string): Promise<string> {
    const row = await readDevice(database, tenantsFrom(tenants, asking), id)
    if (row === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
    return row.tenant_id
  }

  async function shown(tenant: string, device: string) {
    const { until, rows } = await listStored(database, tenant, device)
    return {
      ...(until === undefined ? {} : { keepUntil: until.toISOString() }),
      items: rows.map(uploadView),
      total: rows.length,
    }
  }

  bus.reply(listUploads, async ({ id, ...query }, { context }) => {
    const { items, ...rest } = await shown(await tenantOf(id, personFrom(context).tenantId), id)
    const page = pageOf(items, query, {
      texts: ({ file, address }) => [file, address],
      by: { at: ({ at }) => at, file: ({ file }) => file, size: ({ size }) => size },
      id: (upload) => upload.id,
      usually: 'desc',
    })
    return { ...rest, ...page }
  })

  bus.reply(keepUploads, async ({ id, keep }, { context }) => {
    if (seal === undefined) {
      throw new Fault('unavailable', { detail: 'Without SEAL_KEYS_FILE nothing of phones can be kept' })
    }
    const tenant = await tenantOf(id, personFrom(context).tenantId)
    await keepUntil(database, tenant, id, new Date(clock.now() + keep.forS * 1_000).toISOString())
    return shown(tenant, id)
  })

  bus.reply(getUpload, async ({ id, upload }, { context }) => {
    const tenant = await tenantOf(id, personFrom(context).tenantId)
    const row = await readUpload(database, tenant, id, upload)
    if (row === undefined || seal === undefined)
      throw new Fault('not-found', { detail: `There is no upload ${upload}` })
    const content = Buffer.from(seal.openBytes(row.content, aboutOf(upload))).toString('base64')
    return { ...uploadView(row), content }
  })

  bus.reply(deleteUploads, async ({ id }, { context }) => {
    await removeUploads(database, await tenantOf(id, personFrom(context).tenantId), id)
    return {}
  })
}

const aboutOf = (upload: string) => `uploads/${upload}`

function uploadView({ id, device_id, file, size, content_type, address, at }: UploadRow) {
  return {
    id,
    device: device_id,
    file,
    size,
    ...(content_type === null ? {} : { contentType: content_type }),
    address,
    at: at.toISOString(),
  }
}

function baseName({ path = '' }: PhoneEvidence): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
