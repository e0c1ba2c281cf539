import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

/** Over TFTP, and files only: its model is what DHCP told. It has no line here: the call manager gives it one. */
function phone(
  is: { model: string; plugin: string },
  vendorClass: string,
  mac: string,
  kind: PhoneScript['kind'],
): PhoneScript {
  return {
    kind,
    mac,
    is: { vendor: 'Cisco', ...is },
    boot: [
      { dhcp: { 60: vendorClass } },
      { tftp: 'CTLSEP{MAC}.tlv', gets: 'absent' },
      { tftp: 'ITLSEP{MAC}.tlv', gets: 'absent' },
      { tftp: 'ITLFile.tlv', gets: 'absent' },
      {
        tftp: 'SEP{MAC}.cnf.xml',
        gets: 'own',
        format: 'xml',
        holds: {
          'device/devicePool/callManagerGroup/members/member[priority=0]/callManager/processNodeName':
            '{username}.example.com',
        },
      },
      { tftp: 'English_United_States/SCCP-dictionary.xml', gets: 'absent' },
      { tftp: 'United_States/g3-tones.xml', gets: 'absent' },
      { tftp: 'RINGLIST.XML', gets: 'shared', format: 'xml' },
      { tftp: 'DISTINCTIVERINGLIST.XML', gets: 'shared', format: 'xml' },
    ],
  }
}

/** The newer ones ask the same over HTTP, on port 6970, when that answers. */
function overHttp(script: PhoneScript): PhoneScript {
  const boot = script.boot.map((step) => {
    if (!('tftp' in step)) return step
    const { tftp, ...rest } = step
    return { ...rest, http: `/${tftp}` }
  })
  return { ...script, boot }
}

export const ciscoSccp: PhoneFamily = {
  family: 'cisco-sccp',
  phones: [
    phone(
      { model: '7942G', plugin: 'cisco-sccp-9.4' },
      'Cisco Systems, Inc. IP Phone CP-7942G\0',
      '00:1a:e2:8e:18:90',
      'desk',
    ),
    overHttp(
      phone(
        { model: '7965G', plugin: 'cisco-sccp-9.4' },
        'Cisco Systems, Inc. IP Phone CP-7965G\0',
        '00:1a:e2:8e:18:91',
        'desk',
      ),
    ),
    phone(
      { model: '7912G', plugin: 'cisco-sccp-legacy' },
      'Cisco Systems, Inc. IP Phone 7912',
      '00:1a:e2:8e:18:92',
      'desk',
    ),
    phone(
      { model: '7937G', plugin: 'cisco-sccp-legacy' },
      'Cisco Systems, Inc. IP Phone CP-7937G',
      '00:1a:e2:8e:18:93',
      'conference',
    ),
    phone(
      { model: '7921G', plugin: 'cisco-sccp-wireless-1.4.5' },
      'Cisco Systems Inc. Wireless Phone 7921',
      '00:1a:e2:8e:18:94',
      'wireless',
    ),
    {
      kind: 'softphone',
      mac: '00:1a:e2:8e:18:95',
      is: { vendor: 'Cisco', model: 'CIPC', plugin: 'cisco-sccp-cipc-2.1.2' },
      boot: [
        {
          tftp: 'SEP{MAC}.cnf.xml',
          gets: 'own',
          format: 'xml',
          holds: {
            'device/devicePool/callManagerGroup/members/member[priority=0]/callManager/processNodeName':
              '{username}.example.com',
          },
        },
        { tftp: 'Communicator/LdapDirectories.xml', gets: 'absent' },
      ],
    },
  ],
}
