import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

interface Yealink {
  readonly model: string
  readonly version: string
  readonly plugin: string
  readonly mac: string
  readonly kind: PhoneScript['kind']
  /** As in `SIP-T46S`; the model when absent. */
  readonly said?: string
  /** Number of the file that all of its model ask for: y0000000000NN.cfg */
  readonly common: string
  readonly over?: 'http' | 'tftp'
}

const holds = {
  'account.1.enable': '1',
  'account.1.user_name': '{username}',
  'account.1.auth_name': '{auth}',
  'account.1.password': '{password}',
  'account.1.display_name': '{name}',
}

/** Everything is in one file; those of the model are asked for and are not there. */
function phone({ model, version, plugin, mac, kind, said, common, over = 'http' }: Yealink): PhoneScript {
  const names = [`y0000000000${common}.boot`, '{mac}.boot', `y0000000000${common}.cfg`] as const
  const own = { gets: 'own', format: 'key-value', holds } as const
  return {
    kind,
    mac,
    agent: `Yealink ${said ?? model} ${version} {mac:}`,
    is: { vendor: 'Yealink', model, ...(over === 'http' ? { version } : {}), plugin },
    boot:
      over === 'http'
        ? [
            ...names.map((name) => ({ http: `/${name}`, gets: 'absent' }) as const),
            { http: '/{mac}.cfg', ...own },
            { put: '/{mac}-boot.log', body: 'boot of {mac}\n' },
          ]
        : [...names.map((name) => ({ tftp: name, gets: 'absent' }) as const), { tftp: '{mac}.cfg', ...own }],
  }
}

export const yealink: PhoneFamily = {
  family: 'yealink',
  phones: [
    phone({
      model: 'T46S',
      said: 'SIP-T46S',
      version: '66.86.0.15',
      plugin: 'yealink-v86',
      mac: '00:15:65:46:00:01',
      kind: 'desk',
      common: '65',
    }),
    phone({
      model: 'T21P_E2',
      said: 'SIP-T21P_E2',
      version: '52.81.0.110',
      plugin: 'yealink-v81',
      mac: '00:15:65:46:00:02',
      kind: 'desk',
      common: '52',
    }),
    phone({
      model: 'T28P',
      said: 'SIP-T28P',
      version: '2.73.0.50',
      plugin: 'yealink-v73',
      mac: '00:15:65:46:00:03',
      kind: 'desk',
      common: '00',
    }),
    phone({
      model: 'CP965',
      version: '143.86.0.10',
      plugin: 'yealink-v86',
      mac: '80:5e:c0:46:00:04',
      kind: 'conference',
      common: '143',
    }),
    phone({
      model: 'W60B',
      version: '77.85.0.25',
      plugin: 'yealink-v85',
      mac: '80:5e:c0:46:00:05',
      kind: 'dect',
      common: '77',
    }),
    phone({
      model: 'W52P',
      version: '25.81.0.60',
      plugin: 'yealink-v81',
      mac: '00:15:65:46:00:06',
      kind: 'dect',
      common: '25',
    }),
    phone({
      model: 'W80DM',
      version: '103.85.0.25',
      plugin: 'yealink-v85',
      mac: '80:5e:c0:46:00:07',
      kind: 'dect',
      common: '103',
    }),
    phone({
      model: 'AX86R',
      version: '180.87.0.15',
      plugin: 'yealink-v87',
      mac: '80:5e:c0:46:00:08',
      kind: 'wireless',
      common: '180',
    }),
  ],
}
