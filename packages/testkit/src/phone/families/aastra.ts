import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

/** HTTP only, in a folder of their own; the agent says everything. */
function phone(maker: 'Aastra' | 'Mitel', is: PhoneScript['is'], mac: string, kind: PhoneScript['kind']): PhoneScript {
  return {
    kind,
    mac,
    agent: `${maker}${is.model} MAC:{MAC-} V:${is.version}-SIP`,
    is,
    boot: [
      { http: '/Aastra/aastra.cfg', gets: 'shared', format: 'key-value' },
      { http: `/Aastra/${is.model}.cfg`, gets: 'absent' },
      {
        http: '/Aastra/{MAC}.cfg',
        gets: 'own',
        format: 'key-value',
        holds: {
          'sip line1 user name': '{username}',
          'sip line1 auth name': '{auth}',
          'sip line1 password': '{password}',
          'sip line1 display name': '{name}',
          'sip line1 screen name 2': '{number}',
        },
      },
      { http: '/Aastra/security.tuz', gets: 'absent' },
      { http: `/Aastra/${is.model}.st`, gets: 'absent' },
    ],
  }
}

const vendor = 'Aastra'

export const aastra: PhoneFamily = {
  family: 'aastra',
  phones: [
    phone(
      'Aastra',
      { vendor, model: '6731i', version: '3.3.1.4365', plugin: 'aastra-3.3.1-SP4' },
      '00:08:5d:23:74:29',
      'desk',
    ),
    phone('Aastra', { vendor, model: '6867i', version: '8.2.0', plugin: 'aastra-8.2.0' }, '00:08:5d:40:90:5f', 'desk'),
    phone(
      'Mitel',
      { vendor, model: '6930', version: '6.4.0.140', plugin: 'aastra-8.2.0' },
      '14:00:e9:1e:db:52',
      'desk',
    ),
    phone(
      'Mitel',
      { vendor, model: '6970', version: '8.2.0', plugin: 'aastra-8.2.0' },
      '14:00:e9:20:11:02',
      'conference',
    ),
  ],
}
