import Type from 'typebox'
import { ObjectId, Revision, TenantId } from '../identity.ts'

/** One line as a phone is told it. */
export const DeviceLine = Type.Object({
  line: Type.Integer(),
  position: Type.Integer({ minimum: 1 }),
  username: Type.String(),
  password: Type.Optional(Type.String({ description: 'Sealed, about device-lines/<device>/<position>' })),
  displayName: Type.Optional(Type.String()),
  number: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
  servers: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]), {
    description: 'As raw_config names them: registrar_ip, proxy_ip, …',
  }),
})
export type DeviceLine = Type.Static<typeof DeviceLine>

/** The lines of a device; none: it returns to the autocreate config. */
export const DeviceLines = Type.Object({
  device: ObjectId,
  tenant: TenantId,
  revision: Revision,
  lines: Type.Array(DeviceLine, { maxItems: 64 }),
})
export type DeviceLines = Type.Static<typeof DeviceLines>
