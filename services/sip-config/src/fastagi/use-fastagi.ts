import type { ReadModel } from '@strowger/bus'
import type { Device } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import type { PhoneDialling } from '../associate-by-code.ts'
import type { sipConfigSettings } from '../config.ts'
import { listenFastAgi } from './fastagi-server.ts'
import { createProvisioningCalls } from './provisioning-call.ts'

/**
 * Answers the codes that are dialled on phones, until the service ends. A port that cannot be had makes nobody
 * unready: it is said, and codes cannot be dialled.
 */
export async function useFastAgi(
  context: Pick<ServiceContext<typeof sipConfigSettings>, 'settings' | 'scope' | 'health' | 'clock' | 'log'>,
  { devices, dialling }: { devices: ReadModel<Device>; dialling: PhoneDialling },
): Promise<void> {
  const { settings, scope, health, clock, log } = context
  const chosen = (wanted: (device: Device) => boolean) => [...devices.values()].filter(wanted)
  const answer = createProvisioningCalls({
    devices: {
      byMac: (mac) => chosen((device) => device.mac === mac)[0],
      byUuid: (uuid) => chosen((device) => device.uuid === uuid)[0],
      byAddress: (address) => chosen((device) => device.ip === address),
    },
    codes: {
      associate: async (code, { id }) => void (await dialling.associateByCode(code, id)),
      reset: async ({ id }) => void (await dialling.resetDevice(id)),
    },
    clock,
    log,
  })
  const { FASTAGI_HOST: host, FASTAGI_PORT: port, FASTAGI_FROM: from } = settings
  try {
    await scope.use(
      'fastagi',
      () => listenFastAgi({ host, port, from, answer, clock, log }),
      (server) => server.close(),
    )
  } catch (error) {
    log.error({ error, host, port }, 'codes cannot be dialled: the FastAGI port cannot be had')
    health.add('fastagi', () => ({ ok: true, reason: `the port ${port} cannot be had` }))
  }
}
