import Type from 'typebox'
import { ObjectId, Revision, TenantId } from '../identity.ts'
import { rawConfigParameters } from './raw-config.ts'
import { ServiceCodes } from './service-codes.ts'

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

const { properties: codes } = ServiceCodes
const codeParameters = Object.fromEntries(
  Object.entries(codes).map(([feature, code]) => [`exten_${feature}`, code]),
) as { [Feature in keyof typeof codes as `exten_${Feature}`]: (typeof codes)[Feature] }

/** What a device is told beside its lines, as raw_config names it; what is not named it has not. */
export const LineParameters = Type.Object({ ...codeParameters, funckeys: rawConfigParameters.funckeys })
export type LineParameters = Type.Static<typeof LineParameters>

/** The lines of a device; none: it returns to the autocreate config. */
export const DeviceLines = Type.Object({
  device: ObjectId,
  tenant: TenantId,
  revision: Revision,
  lines: Type.Array(DeviceLine, { maxItems: 64 }),
  parameters: Type.Optional(LineParameters),
})
export type DeviceLines = Type.Static<typeof DeviceLines>
