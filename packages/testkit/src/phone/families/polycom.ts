import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

interface Polycom {
  readonly model: string
  /** As the agent has it: SoundPointIP-SPIP_335 */
  readonly said: string
  readonly version: string
  readonly updater: string
  readonly plugin: string
  readonly mac: string
  readonly kind: PhoneScript['kind']
  /** What the master file names beside the phone’s own. */
  readonly common: readonly string[]
}

/** The updater asks first, under its own version; then the SIP application, which also sends its log. */
function phone({ model, said, version, updater, plugin, mac, kind, common }: Polycom): PhoneScript {
  const atFirst = `FileTransport Polycom${said}-UA/${updater} Type/Updater`
  return {
    kind,
    mac,
    agent: `FileTransport Polycom${said}-UA/${version} Type/Application`,
    is: { vendor: 'Polycom', model, version, plugin },
    boot: [
      { http: '/{mac}.cfg', gets: 'absent', agent: atFirst },
      {
        http: '/000000000000.cfg',
        gets: 'shared',
        format: 'xml',
        agent: atFirst,
        leadsTo: ['[PHONE_MAC_ADDRESS]-user.cfg'],
      },
      { http: '/sip.ld', gets: 'absent', agent: atFirst },
      { http: '/000000000000.cfg', gets: 'shared', format: 'xml', leadsTo: common },
      {
        http: '/{mac}-user.cfg',
        gets: 'own',
        format: 'xml',
        holds: {
          '//@reg.1.address': '{username}',
          '//@reg.1.auth.userId': '{auth}',
          '//@reg.1.auth.password': '{password}',
          '//@reg.1.displayName': '{name}',
          '//@reg.1.label': '{number}',
        },
      },
      ...common.map((name) => ({ http: `/${name}`, gets: 'shared', format: 'xml' }) as const),
      { http: '/{mac}-phone.cfg', gets: 'absent' },
      { http: '/{mac}-license.cfg', gets: 'absent' },
      { http: '/{mac}-directory.xml', gets: 'absent' },
      { http: '/000000000000-directory.xml', gets: 'absent' },
      { put: '/{mac}-boot.log', body: '0101000000|so   |4|00|Boot of {mac}\n' },
      { put: '/{mac}-app.log', body: '0101000001|sip  |4|00|Start of {mac}\n' },
    ],
  }
}

export const polycom: PhoneFamily = {
  family: 'polycom',
  phones: [
    phone({
      model: 'SPIP335',
      said: 'SoundPointIP-SPIP_335',
      version: '3.2.4.0267',
      updater: '4.2.2.0710',
      plugin: 'polycom-3.2.4B',
      mac: '00:04:f2:1a:00:01',
      kind: 'desk',
      common: ['phone1.cfg', 'sip.cfg'],
    }),
    phone({
      model: 'SSIP6000',
      said: 'SoundStationIP-SSIP_6000',
      version: '4.0.11.0583',
      updater: '5.0.11.0583',
      plugin: 'polycom-4.0.11',
      mac: '00:04:f2:1a:00:02',
      kind: 'conference',
      common: ['common.cfg'],
    }),
    phone({
      model: 'VVX450',
      said: 'VVX-VVX_450',
      version: '6.4.6.2494',
      updater: '6.4.6.2494',
      plugin: 'polycom-6.4.6',
      mac: '64:16:7f:1a:00:03',
      kind: 'desk',
      common: ['common.cfg'],
    }),
  ],
}
