import Type from 'typebox'
import { defineBytesRequest, defineRequest } from '../definition.ts'
import { Device } from '../documents/device.ts'
import { Address, Instant, ObjectId, PluginId, Revision, rootTenantId, TenantId } from '../identity.ts'

/** What a phone's request shows of it. Texts are cut to 512 bytes by whoever received them. */
export const PhoneEvidence = Type.Object({
  transport: Type.Enum(['http', 'tftp', 'dhcp']),
  address: Address,
  userAgent: Type.Optional(Type.String({ maxLength: 512 })),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 512 }), {
      maxProperties: 16,
      description: 'HTTP: those other headers that a plugin looks at; name in lower case -> value',
    }),
  ),
  path: Type.Optional(Type.String({ maxLength: 512, description: 'HTTP: from the slash, decoded, without query' })),
  query: Type.Optional(Type.String({ maxLength: 512, description: 'HTTP: what follows the question mark' })),
  filename: Type.Optional(Type.String({ maxLength: 512, description: 'TFTP' })),
  mac: Type.Optional(Type.String({ maxLength: 32, description: 'Told by DHCP or a client certificate' })),
  key: Type.Optional(
    Type.String({ maxLength: 43, description: 'SHA-256 in base64url of the provisioning key that led the path' }),
  ),
  login: Type.Optional(
    Type.Object(
      { username: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 43 }) },
      { description: 'HTTP basic authentication; of the password its SHA-256 in base64url' },
    ),
  ),
  options: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 512 }), {
      description: 'DHCP option code (60 or 060) -> value as a latin-1 string',
    }),
  ),
})
export type PhoneEvidence = Type.Static<typeof PhoneEvidence>

/**
 * What a phone is to be answered. The bytes stand beside it, as `body`.
 * `served`: the file. `absent`: no such file for this phone. `refused`: it may not have it, `reason` says why.
 * `unavailable`: a part of the way is down; ask again. `too-many`: more unknown phones than are taken; ask much later.
 */
export const FileAnswer = Type.Object({
  outcome: Type.Enum(['served', 'absent', 'refused', 'unavailable', 'too-many']),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
  refusal: Type.Optional(
    Type.Enum(['wrong-key', 'password-needed', 'wrong-password'], {
      description: 'wrong-key: a wrong provisioning key, or none; the others: it may ask again with its password',
    }),
  ),
  tenant: Type.Optional(TenantId),
  device: Type.Optional(ObjectId),
  file: Type.Optional(Type.String({ maxLength: 512, description: 'Base name, as the security log shows it' })),
  contentType: Type.Optional(Type.String()),
  digest: Type.Optional(Type.String({ description: 'SHA-256 in base64url, first 22 characters: the ETag' })),
  modifiedAt: Type.Optional(Instant),
  sensitive: Type.Optional(
    Type.Boolean({ description: 'May hold credentials: each request is written to the security log' }),
  ),
  confirms: Type.Optional(Type.Boolean({ description: 'Fetching it proves which revision the phone has' })),
  revision: Type.Optional(Revision),
  /** Whether, and on which proof, ingress may answer the same request by itself while the revisions stand. */
  keep: Type.Optional(
    Type.Enum(['while-valid', 'briefly'], {
      description: 'while-valid: the request itself names the phone; briefly: only its address does (5 s)',
    }),
  ),
  policyRevision: Type.Optional(Revision),
  until: Type.Optional({ ...Instant, description: 'When the right to it ends, whatever the revisions say' }),
  strict: Type.Optional(
    Type.Boolean({ description: 'Not to be given once a revision has changed, not even while nobody can be asked' }),
  ),
})
export type FileAnswer = Type.Static<typeof FileAnswer>

const exampleDevice = {
  id: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
  tenant: rootTenantId,
  revision: 7,
  mac: '00:15:65:12:34:56',
  ip: '127.0.0.1',
  vendor: 'Yealink',
  model: 'T46S',
  version: '66.86.0.15',
  plugin: 'yealink-v86',
  added: 'auto' as const,
}

const exampleEvidence = {
  transport: 'http' as const,
  address: '127.0.0.1',
  userAgent: 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56',
  path: '/001565123456.cfg',
}

const exampleAnswer = {
  outcome: 'served' as const,
  tenant: rootTenantId,
  device: exampleDevice.id,
  file: '001565123456.cfg',
  contentType: 'text/plain',
  digest: 'nUyHk3pJc1s8mYb2l0aZqA',
  sensitive: true,
  confirms: true,
  revision: 3,
  keep: 'while-valid' as const,
  policyRevision: 0,
}

/** The file this phone is to have. Rendering answers ingress itself, by the reply inbox that came with the identification. */
export const render = defineBytesRequest({
  domain: 'rendering',
  verb: 'render',
  owner: 'rendering',
  callers: ['identification'],
  summary: 'The file a device asks for',
  input: Type.Object({
    device: Device,
    policy: Type.Object({ tenant: TenantId, revision: Revision }, { description: 'Under which it was let in' }),
    path: Type.String({ maxLength: 512, description: 'Without leading slash and query' }),
    transport: Type.Enum(['http', 'tftp']),
    keep: Type.Enum(['while-valid', 'briefly', 'never'], { description: 'How well the request proved who asked' }),
    shownKey: Type.Optional(Type.Enum(['tenant', 'own'], { description: 'The provisioning key it came with' })),
    until: Type.Optional({ ...Instant, description: 'When its right to the file ends' }),
    strict: Type.Optional(Type.Boolean({ description: 'The policy lets not everybody in' })),
  }),
  output: FileAnswer,
  example: {
    input: {
      device: exampleDevice,
      policy: { tenant: rootTenantId, revision: 0 },
      path: '001565123456.cfg',
      transport: 'http',
      keep: 'while-valid',
    },
    output: exampleAnswer,
  },
})

/** Who asks, and may it have what it asks for? The device is found or made; the answer comes from rendering. */
export const identify = defineBytesRequest({
  domain: 'identification',
  verb: 'identify',
  owner: 'identification',
  callers: ['ingress'],
  summary: 'Identifies a phone by its request, makes a device of an unknown one, and has its file rendered',
  input: PhoneEvidence,
  output: FileAnswer,
  errors: ['too-many-requests'],
  forwardsTo: render.subject,
  deadlineMs: 2_000,
  example: { input: exampleEvidence, output: exampleAnswer },
})

/** What DHCP tells of a phone. Nothing is given to anybody for it: the phone asks for its files by itself. */
export const learn = defineRequest({
  domain: 'identification',
  verb: 'learn',
  owner: 'identification',
  // The gateway for DHCP servers that tell by the API of scripts for Wazo.
  callers: ['ingress', 'gateway'],
  summary: 'Learns from DHCP which address a phone has and what it says it is; makes a device of an unknown phone',
  input: Type.Object({
    evidence: PhoneEvidence,
    origin: Type.Enum(['server', 'overheard'], {
      description:
        'server: a DHCP server said so, which had to prove who it is; overheard: a datagram anybody can send',
    }),
  }),
  output: Type.Object({
    outcome: Type.Enum(['known', 'created', 'not-a-phone'], {
      description: 'not-a-phone: nobody knows it, and no plugin takes it for a phone; no device is made',
    }),
    device: Type.Optional(ObjectId),
  }),
  errors: ['too-many-requests'],
  deadlineMs: 5_000,
  example: {
    input: {
      evidence: {
        transport: 'dhcp',
        address: '192.0.2.30',
        mac: '00:08:5d:2e:ec:fb',
        options: { '60': 'Cisco Systems, Inc. IP Phone CP-7940\u0000' },
      },
      origin: 'server',
    },
    output: { outcome: 'created', device: exampleDevice.id },
  },
})

/** A request as a person tells of it: the query may also stand in the path, or be given by its names. */
export const ToldEvidence = Type.Object({
  ...PhoneEvidence.properties,
  query: Type.Optional(
    Type.Union(
      [
        Type.String({ maxLength: 512 }),
        Type.Record(Type.String(), Type.String({ maxLength: 512 }), { maxProperties: 32 }),
      ],
      { description: 'HTTP: what follows the question mark, as a text or as name -> value' },
    ),
  ),
})
export type ToldEvidence = Type.Static<typeof ToldEvidence>

const Conclusion = Type.Object({
  plugin: PluginId,
  rule: Type.String({ description: 'As http[0]' }),
  said: Type.Record(Type.String(), Type.String()),
  overruled: Type.Optional(Type.String({ description: 'Why it, or a part of it, did not count' })),
})

export const explain = defineRequest({
  domain: 'identification',
  verb: 'explain',
  owner: 'identification',
  summary: 'Which phone a request would be taken for, and why; nothing is stored',
  input: Type.Object({ evidence: ToldEvidence }),
  output: Type.Object({
    vendor: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    version: Type.Optional(Type.String()),
    mac: Type.Optional(Type.String()),
    sn: Type.Optional(Type.String()),
    uuid: Type.Optional(Type.String()),
    plugin: Type.Optional(PluginId),
    score: Type.Integer(),
    device: Type.Optional(ObjectId),
    evidence: Type.Array(Conclusion),
    plugins: Type.Array(Type.Object({ plugin: PluginId, score: Type.Integer(), why: Type.String() })),
  }),
  rest: { method: 'POST', path: '/api/v1/identification/explain', success: 200, permission: 'read', body: 'evidence' },
  example: {
    input: { evidence: exampleEvidence },
    output: {
      vendor: 'Yealink',
      model: 'T46S',
      version: '66.86.0.15',
      mac: '00:15:65:12:34:56',
      plugin: 'yealink-v86',
      score: 600,
      evidence: [{ plugin: 'yealink-v86', rule: 'http[0]', said: { model: 'T46S' } }],
      plugins: [{ plugin: 'yealink-v86', score: 600, why: 'vendor, model and version match' }],
    },
  },
})

export const examples = { device: exampleDevice, evidence: exampleEvidence, answer: exampleAnswer }
