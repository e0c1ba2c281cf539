import type { PhoneFamily, PhoneScript } from '../phone-script.ts'

const holds = {
  '//user_name[idx=1]': '{username}',
  '//user_pname[idx=1]': '{auth}',
  '//user_pass[idx=1]': '{password}',
  '//user_realname[idx=1]': '{name}',
}

/** The file of the model leads to what is the same for all; the one with the mac in its name to the phone’s own. */
function phone(
  agent: string,
  is: { model: string; version: string; plugin: string },
  mac: string,
  kind: PhoneScript['kind'],
): PhoneScript {
  return {
    kind,
    mac,
    agent: `Mozilla/4.0 (compatible; ${agent})`,
    is: { vendor: 'Snom', ...is },
    boot: [
      { http: `/snom${is.model}.htm`, gets: 'shared', format: 'xml', leadsTo: ['/snom-general.xml'] },
      { http: '/snom-general.xml', gets: 'shared', format: 'xml' },
      { http: `/snom${is.model}-{MAC}.htm`, gets: 'own', format: 'xml', leadsTo: ['/{MAC}.xml'] },
      { http: '/{MAC}.xml', gets: 'own', format: 'xml', holds },
      { http: `/snom${is.model}-firmware.xml`, gets: 'absent' },
    ],
  }
}

export const snom: PhoneFamily = {
  family: 'snom',
  phones: [
    phone(
      'snom320-SIP 8.7.5.35 1.1.5-IFX-05.01.12 {MAC}',
      { model: '320', version: '8.7.5.35', plugin: 'snom-8.7.5.35' },
      '00:04:13:21:00:01',
      'desk',
    ),
    phone(
      'snomD785-SIP 10.1.215.13 2010.12-00004-g9ba52f5 {MAC} SXM:0 UXM:0',
      { model: 'D785', version: '10.1.215.13', plugin: 'snom-10.1.215.13' },
      '00:04:13:21:00:02',
      'desk',
    ),
    phone(
      'snomMP-SIP 8.7.5.35 1.1.5-IFX-05.01.12 {MAC}',
      { model: 'MP', version: '8.7.5.35', plugin: 'snom-8.7.5.35' },
      '00:04:13:21:00:03',
      'conference',
    ),
    phone(
      'snomPA1-SIP 8.7.5.35 1.1.3-s',
      { model: 'PA1', version: '8.7.5.35', plugin: 'snom-8.7.5.35' },
      '00:04:13:21:00:04',
      'pager',
    ),
    phone(
      'Snom M300 05.20.0001 {mac}',
      { model: 'M300', version: '05.20.0001', plugin: 'snom-dect-05.20.0001' },
      '00:08:7b:21:00:05',
      'dect',
    ),
    phone(
      'snomM900 07.40.0104 {MAC}',
      { model: 'M900', version: '07.40.0104', plugin: 'snom-dect-07.40.0104' },
      '00:08:7b:21:00:06',
      'dect',
    ),
  ],
}
