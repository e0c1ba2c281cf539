import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

/** The agent says nothing; the model and the firmware are in what the phone tells the DHCP server. */
function phone(model: string, version: string, plugin: string, mac: string): PhoneScript {
  return {
    kind: 'desk',
    mac,
    is: { vendor: 'Digium', model, version, plugin },
    boot: [
      { dhcp: { 60: `digium_${model}_${version.replaceAll('.', '_')}` } },
      {
        http: '/Digium/{mac}.cfg',
        gets: 'own',
        format: 'xml',
        leadsTo: ['/Digium/{mac}-contacts.xml'],
        holds: {
          'config/accounts/account[index=0]@username': '{username}',
          'config/accounts/account[index=0]@authname': '{auth}',
          'config/accounts/account[index=0]@password': '{password}',
          'config/accounts/account[index=0]@line_label': '{number}',
        },
      },
      { http: '/Digium/{mac}-contacts.xml', gets: 'own', format: 'xml' },
    ],
  }
}

export const digium: PhoneFamily = {
  family: 'digium',
  phones: [
    phone('D40', '1.4.0.0', 'digium-1.4.0.0', '00:0f:d3:58:86:56'),
    phone('D65', '2.8.1', 'digium-2.8.1', '00:0f:d3:58:86:57'),
    phone('D70', '2.2.1.8', 'digium-2.2.1.8', '00:0f:d3:58:86:58'),
  ],
}
