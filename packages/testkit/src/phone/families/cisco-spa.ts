import type { BootStep, PhoneFamily, PhoneScript } from '../phone-script.ts'

const holds = {
  'flat-profile/User_ID_1_': '{username}',
  'flat-profile/Auth_ID_1_': '{auth}',
  'flat-profile/Password_1_': '{password}',
  'flat-profile/Display_Name_1_': '{name}',
}

interface Spa {
  readonly model: string
  readonly version: string
  readonly plugin: string
  readonly mac: string
  readonly kind: PhoneScript['kind']
  readonly agent: string
  /** That of its model, which DHCP names and which leads to the two others. */
  readonly first: string
  readonly common: string
  /** Linksys ones are sent to a TFTP server for the first. */
  readonly firstOver?: 'http' | 'tftp'
}

function phone({ model, version, plugin, mac, kind, agent, first, common, firstOver = 'http' }: Spa): PhoneScript {
  const firstFile = { gets: 'shared', format: 'xml', leadsTo: [`/${common}`, '/$MA.xml'] } as const
  const begin: BootStep =
    firstOver === 'http' ? { http: `/${first}`, ...firstFile } : { tftp: `/${first}`, ...firstFile }
  return {
    kind,
    mac,
    agent,
    is: { vendor: 'Cisco', model, version, plugin },
    boot: [
      begin,
      { http: `/${common}`, gets: 'shared', format: 'xml' },
      { http: '/{mac}.xml', gets: 'own', format: 'xml', holds },
    ],
  }
}

export const ciscoSpa: PhoneFamily = {
  family: 'cisco-spa',
  phones: [
    phone({
      model: 'SPA504G',
      version: '7.5.5',
      plugin: 'cisco-spa-7.5.5',
      mac: '88:43:e1:57:dd:cc',
      kind: 'desk',
      agent: 'Cisco/SPA504G-7.5.5 ({MAC})(CBT141100HR)',
      first: 'spa504G.cfg',
      common: 'spa-phone.xml',
    }),
    phone({
      // The serial number looks like a mac and is none.
      model: 'SPA942',
      version: '6.1.5(a)',
      plugin: 'cisco-spa-legacy',
      mac: '88:43:e1:09:6e:d0',
      kind: 'desk',
      agent: 'Linksys/SPA-942-6.1.5(a) (88019FA42805)',
      first: 'spa942.cfg',
      common: 'spa-phone.xml',
      firstOver: 'tftp',
    }),
    phone({
      model: 'PAP2T',
      version: '5.1.6',
      plugin: 'cisco-pap2t-5.1.6',
      mac: '00:18:39:0c:11:22',
      kind: 'ata',
      agent: 'Linksys/PAP2T-5.1.6 (FLI00F401234)',
      first: 'init.cfg',
      common: 'spa-ata.xml',
      firstOver: 'tftp',
    }),
    phone({
      model: 'SPA112',
      version: '1.3.5p',
      plugin: 'cisco-spa100-1.3.5p',
      mac: '54:75:d0:10:20:30',
      kind: 'ata',
      agent: 'Cisco/SPA112-1.3.5p ({MAC})(CCQ16210ABC)',
      first: 'spa112.cfg',
      common: 'spa-ata.xml',
    }),
    phone({
      model: 'SPA2102',
      version: '5.2.12',
      plugin: 'cisco-spa2102-5.2.12',
      mac: '00:1c:10:aa:bb:01',
      kind: 'ata',
      agent: 'Linksys/SPA2102-5.2.12 (FM500H123456)',
      first: 'spa2102.cfg',
      common: 'spa-ata.xml',
    }),
    phone({
      model: 'SPA3102',
      version: '5.1.10',
      plugin: 'cisco-spa3102-5.1.10',
      mac: '00:1c:10:aa:bb:02',
      kind: 'ata',
      agent: 'Linksys/SPA3102-5.1.10 (FM600H123456)',
      first: 'spa3102.cfg',
      common: 'spa-ata.xml',
    }),
    phone({
      model: 'SPA8000',
      version: '6.1.11',
      plugin: 'cisco-spa8000-6.1.11',
      mac: '00:1c:10:aa:bb:03',
      kind: 'gateway',
      agent: 'Linksys/SPA8000-6.1.11 (FM700H123456)',
      first: 'spa8000.cfg',
      common: 'spa-ata.xml',
    }),
    phone({
      model: 'SPA8800',
      version: '6.1.7',
      plugin: 'cisco-spa8800-6.1.7',
      mac: '00:1c:10:aa:bb:04',
      kind: 'gateway',
      agent: 'Cisco/SPA8800-6.1.7 (FM800H123456)',
      first: 'spa8800.cfg',
      common: 'spa-ata.xml',
    }),
    {
      // Each port has a file; the second is named by the mac without its first byte, and 01.
      kind: 'ata',
      mac: '00:11:22:33:44:aa',
      is: { vendor: 'Cisco', model: 'ATA190', plugin: 'cisco-ata190-1.2.2' },
      boot: [
        { dhcp: { 60: 'CISCO ATA190' } },
        {
          tftp: 'ATA{MAC}.cnf.xml',
          gets: 'own',
          format: 'xml',
          holds: {
            'device/sipProfile/sipLines/line[button=1]/name': '{username}',
            'device/sipProfile/sipLines/line[button=1]/authName': '{auth}',
            'device/sipProfile/sipLines/line[button=1]/authPassword': '{password}',
          },
        },
        { tftp: 'dialplan.xml', gets: 'shared', format: 'xml' },
        {
          tftp: 'ATA{MAC10}01.cnf.xml',
          gets: 'own',
          format: 'xml',
          holds: { 'device/sipProfile/sipLines/line[button=1]/name': 'second-{username}' },
        },
      ],
    },
  ],
}
