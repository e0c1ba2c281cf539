import { describe, expect, it } from 'vitest'
import { familyOf, legacyNames, renderCustom } from './legacy-names-for-tests.ts'
import type { ReadPlugin } from './plugin-check/read-plugins.ts'
import { readVendorFile } from './plugin-check/vendor-file.ts'
import { testedPlugins } from './plugin-folders-for-tests.ts'

/** What confd of Wazo gives a device: servers with each line, function keys, the phone book. */
const full = {
  http_base_url: 'http://192.0.2.10:8667/key',
  timezone: 'America/Montreal',
  locale: 'fr_FR',
  syslog_enabled: true,
  syslog_ip: '192.0.2.14',
  syslog_level: 'info',
  sip_transport: 'tcp',
  sip_srtp_mode: 'preferred',
  sip_dtmf_mode: 'RTP-out-of-band',
  sip_lines: {
    '1': {
      username: 'alice',
      password: 'secret',
      display_name: 'Alice',
      number: '1001',
      proxy_ip: '192.0.2.20',
      proxy_port: 5070,
      backup_proxy_ip: '192.0.2.21',
      backup_proxy_port: 5071,
    },
    '2': {
      username: 'bob',
      password: 'secret',
      display_name: 'Bob',
      number: '1002',
      proxy_ip: '198.51.100.1',
      proxy_port: 5060,
      dtmf_mode: 'SIP-INFO',
      srtp_mode: 'required',
    },
  },
  sccp_call_managers: { '1': { ip: '192.0.2.20' }, '2': { ip: '192.0.2.21', port: 2443 } },
  exten_pickup_call: '*8',
  funckeys: {
    '3': { type: 'speeddial', value: '0612345678', label: 'Carla' },
    '4': { type: 'blf', value: '1003', label: 'Dan', line: 1 },
    '5': { type: 'park', value: '701', label: 'Park' },
  },
  X_xivo_phonebook_ip: '192.0.2.40',
  X_xivo_phonebook_scheme: 'https',
  X_xivo_phonebook_port: 443,
  X_xivo_user_uuid: 'c8f4b9f4',
}
const phonebook = (path: string, suffix = '') =>
  `https://192.0.2.40:443/0.1/directories/${path}?xivo_user_uuid=c8f4b9f4${suffix}`

function pluginOf(id: string): ReadPlugin {
  const plugin = testedPlugins.find((each) => each.id === id)
  if (plugin === undefined) throw new Error(`there is no plugin ${id}`)
  return plugin
}

/** What a template prints for every name of the family, those of lines as `1.XX_…`, of call managers as `manager 1.XX_…`. */
function printed(id: string, model: string, raw: object = full): Record<string, string> {
  const plugin = pluginOf(id)
  const asked = Object.keys(legacyNames[familyOf(plugin)] ?? {}).map((name) => {
    const [owner, member] = name.split('.')
    if (member === undefined) return `@@${name}==>{{ ${name} }}`
    const [all, label] = owner === 'line' ? ['sip_lines', ''] : ['sccp_call_managers', 'manager ']
    return `{% for n, each in ${all}.items() %}@@${label}{{ n }}.${member}==>{{ each['${member}'] }}{% endfor %}`
  })
  const parts = renderCustom(plugin, asked.join(''), raw, model).split('@@').slice(1)
  return Object.fromEntries(parts.map((part) => part.split('==>') as [string, string]))
}

/** Name in a vendor's text -> its value, as the phone reads it. */
function read(text: string, format: 'key-value' | 'xml', names: readonly string[]): Record<string, string[]> {
  const file = readVendorFile(text, format)
  return Object.fromEntries(names.map((name) => [name, file.values(name)]))
}

function expectValues(text: string, format: 'key-value' | 'xml', wanted: Readonly<Record<string, string>>): void {
  expect(read(text, format, Object.keys(wanted))).toEqual(
    Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, [value]])),
  )
}

/** Plain texts are compared as they are; the vendor's own text is read. */
function expectPrinted(actual: Record<string, string>, wanted: Readonly<Record<string, string>>): void {
  const { XX_fkeys: _keys, XX_timezone: _zone, ...plain } = actual
  expect(plain).toEqual(wanted)
}

const common = { XX_server_url: 'http://192.0.2.10:8667/key', XX_server_url_without_scheme: '192.0.2.10:8667/key' }
const options = { XX_options: "{'switchboard': True}" }

describe('a template written for Wazo finds', () => {
  it('what the aastra plugins gave', () => {
    const actual = printed('aastra-3.3.1-SP4', '6757i')
    expectPrinted(actual, {
      ...options,
      XX_dict:
        "{'dnd': 'NPD', 'fwd_unconditional': 'Renvoi', 'voicemail': 'Messagerie', 'pickup_call': 'Interception', 'remote_directory': 'Annuaire', 'local_directory': 'Annuaire', 'callers': 'Appels', 'services': 'Services'}",
      XX_language_path: 'i18n/',
      XX_locale: "('lang_fr.txt', 'France', 'French')",
      XX_log_level: '39',
      XX_transport_proto: '2',
      XX_out_of_band_dtmf: '1',
      XX_dtmf_method: '0',
      XX_parking: 'sip line1 park pickup config: 701;701;asterisk\nsip line2 park pickup config: 701;701;asterisk',
      XX_xivo_phonebook_url: phonebook('input/default/aastra'),
      '1.XX_dtmf_method': '0',
      '2.XX_dtmf_method': '1',
      '1.XX_srtp_mode': '1',
      '2.XX_srtp_mode': '2',
    })
    expectValues(actual['XX_fkeys'] ?? '', 'key-value', {
      'topsoftkey3 type': 'speeddial',
      'topsoftkey3 value': '0612345678',
      'topsoftkey3 label': 'Carla',
      'topsoftkey3 line': '1',
      'topsoftkey4 type': 'blf',
      'topsoftkey4 value': '1003',
      'topsoftkey5 type': 'park',
      'topsoftkey5 value': 'asterisk;701',
    })
    expectValues(actual['XX_timezone'] ?? '', 'key-value', {
      'time zone name': 'Custom',
      'time zone minutes': '300',
      'dst config': '3',
      'dst minutes': '60',
      'dst start month': '3',
      'dst start week': '2',
      'dst start day': '1',
      'dst start hour': '2',
      'dst end month': '11',
      'dst end week': '1',
    })
    expect(printed('aastra-8.2.0', '6867i')['XX_language_path']).toBe('Aastra/i18n/')
    expect(actual['XX_fkeys']).not.toContain('Renvoi')
  })

  it('what the cisco-sccp plugins gave', () => {
    expect(printed('cisco-sccp-9.4', '7941G')).toEqual({
      XX_addons: '',
      XX_locale: "('French_France', 'fr_FR', 'France')",
      XX_timezone: 'Eastern Standard/Daylight Time',
      XX_xivo_phonebook_url: phonebook('menu/default/cisco'),
      'manager 1.XX_priority': '0',
      'manager 2.XX_priority': '1',
    })
  })

  it('what the cisco-spa plugins gave', () => {
    const actual = printed('cisco-spa-7.5.5', 'SPA504G', {
      ...full,
      funckeys: { '3': full.funckeys[3], '4': full.funckeys[4], '7': { type: 'blf', value: '1007', label: 'Eve' } },
    })
    const proxies = "{'1': 'xivo_proxies1:SRV=192.0.2.20:5070:p=0|192.0.2.21:5071:p=1', '2': '198.51.100.1:5060'}"
    expectPrinted(actual, {
      ...common,
      XX_directory_name: 'Répertoire',
      XX_language: 'French',
      XX_locale: 'fr-FR',
      XX_proxies: proxies,
      XX_second_line_ata: 'False',
      XX_xivo_phonebook_url: phonebook('input/default/cisco'),
    })
    expectValues(`<p>${actual['XX_fkeys']}</p>`, 'xml', {
      'p/Extension_3_': 'Disabled',
      'p/Short_Name_3_': 'Carla',
      'p/Extended_Function_3_': 'fnc=sd;ext=0612345678@$PROXY;nme=Carla',
      'p/Extended_Function_4_': 'fnc=sd+blf+cp;sub=1003@$PROXY;nme=Dan',
      'p/Unit_1_Key_3': 'fnc=sd+blf+cp;sub=1007@$PROXY;nme=Eve',
    })
    expectValues(`<p>${actual['XX_timezone']}</p>`, 'xml', {
      'p/Time_Zone': 'GMT-05:00',
      'p/Daylight_Saving_Time_Enable': 'Yes',
      'p/Daylight_Saving_Time_Rule': 'start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0',
    })
    for (const [id, model] of [
      ['cisco-spa2102-5.2.12', 'SPA2102'],
      ['cisco-pap2t-5.1.6', 'PAP2T'],
    ] as const) {
      expect(printed(id, model)).toMatchObject({ XX_fkeys: '', XX_language: 'French', XX_proxies: proxies })
    }
  })

  it('what the plugin of the ATA190 gave, on its second port too', () => {
    const actual = printed('cisco-ata190-1.2.2', 'ATA190')
    expect(actual).toEqual({
      ...common,
      XX_directory_name: 'Répertoire',
      XX_fkeys: '',
      XX_language: 'French',
      XX_locale: "('French_France', 'fr_FR', 'France')",
      XX_proxies: "{'1': 'xivo_proxies1:SRV=192.0.2.20:5070:p=0|192.0.2.21:5071:p=1', '2': '198.51.100.1:5060'}",
      XX_second_line_ata: 'False',
      XX_timezone: 'Eastern Standard/Daylight Time',
      XX_xivo_phonebook_url: phonebook('input/default/cisco'),
    })
    const source =
      "{% set line_nb = '2' if XX_second_line_ata and '2' in sip_lines else '1' %}{{ sip_lines[line_nb]['number'] }}"
    const plugin = pluginOf('cisco-ata190-1.2.2')
    expect(renderCustom(plugin, source, full)).toBe('1001')
    expect(renderCustom(plugin, source, full, 'ATA190', 'ATA{MAC10}01.cnf.xml')).toBe('1002')
  })

  it('what the digium plugins gave', () => {
    const actual = printed('digium-2.8.1', 'D65')
    expect(actual).toEqual({
      ...common,
      XX_funckeys:
        "{3: {'type': 'speeddial', 'value': '0612345678', 'label': 'Carla'}, 4: {'type': 'blf', 'value': '1003', 'label': 'Dan', 'line': 1}, 5: {'type': 'park', 'value': '701', 'label': 'Park'}}",
      XX_lang: 'fr_FR',
      XX_mac: '001565123456',
      XX_main_proxy_ip: '192.0.2.20',
    })
  })

  it('what the polycom plugins gave', () => {
    const actual = printed('polycom-5.9.2', 'VVX400')
    expectPrinted(actual, {
      ...options,
      XX_dict: "{'remote_directory': 'Annuaire'}",
      XX_language: 'French_France',
      XX_sip_transport: 'TCPOnly',
      XX_syslog_level: '2',
      XX_xivo_phonebook_url: phonebook('input/default/polycom'),
    })
    expectValues(`<p ${actual['XX_fkeys']}/>`, 'xml', {
      'p@attendant.resourceList.1.address': '1003',
      'p@attendant.resourceList.1.label': 'Dan',
      'p@attendant.resourceList.2.address': '701',
      'p@attendant.resourceList.2.label': 'Park',
      'p@efk.efklist.1.action.string': '0612345678$Tinvite$',
    })
    const zone = 'tcpIpApp.sntp.daylightSavings'
    expectValues(`<p ${actual['XX_timezone']}/>`, 'xml', {
      'p@tcpIpApp.sntp.gmtOffset': '-18000',
      [`p@${zone}.enable`]: '1',
      [`p@${zone}.fixedDayEnable`]: '0',
      [`p@${zone}.start.month`]: '3',
      [`p@${zone}.start.date`]: '8',
      [`p@${zone}.start.time`]: '2',
      [`p@${zone}.start.dayOfWeek`]: '1',
      [`p@${zone}.start.dayOfWeek.lastInMonth`]: '0',
      [`p@${zone}.stop.month`]: '11',
      [`p@${zone}.stop.date`]: '1',
    })
  })

  it('what the snom plugins gave', () => {
    const actual = printed('snom-8.7.5.35', '720')
    expectPrinted(actual, {
      ...common,
      ...options,
      XX_dict: "{'remote_directory': 'Annuaire'}",
      XX_lang: "('Français', 'FRA')",
      XX_locale: 'fr_FR',
      XX_msgs_blocked: ' Identity02IsNotRegistered',
      XX_servers: '{}',
      XX_sip_transport: 'tcp',
      XX_xivo_phonebook_url: phonebook('input/default/snom'),
      XX_xml_filename: '001565123456.xml',
      '1.XX_user_dtmf_info': 'off',
      '2.XX_user_dtmf_info': 'sip_info_only',
    })
    expectValues(`<p>${actual['XX_fkeys']}</p>`, 'xml', {
      'p/fkey[idx=2]': 'speed 0612345678',
      'p/fkey[idx=3]': 'blf 1003|*8',
      'p/fkey[idx=4]': 'orbit 701',
    })
    expectValues(`<p>${actual['XX_timezone']}</p>`, 'xml', { 'p/timezone': 'CAN-5', 'p/utc_offset': '-18000' })
  })

  it('what the snom-dect plugins gave', () => {
    const actual = printed('snom-dect-07.40.0104', 'M900')
    expectPrinted(actual, {
      ...common,
      ...options,
      XX_dict: "{'remote_directory': 'Annuaire'}",
      XX_lang: "('Français', 'FRA')",
      XX_locale: 'fr_FR',
      XX_msgs_blocked: ' Identity02IsNotRegistered',
      XX_servers:
        "{('192.0.2.20', 5070): {'id': 1, 'dtmf_mode': 'off', 'proxy_ip': '192.0.2.20', 'proxy_port': 5070, 'backup_proxy_ip': '192.0.2.21', 'backup_proxy_port': 5071}, ('198.51.100.1', 5060): {'id': 2, 'dtmf_mode': 'sip_info_only', 'proxy_ip': '198.51.100.1', 'proxy_port': 5060}}",
      XX_sip_transport: 'tcp',
      XX_xivo_phonebook_url: phonebook('input/default/snom'),
      XX_xml_filename: '001565123456.xml',
      '1.XX_server_id': '1',
      '2.XX_server_id': '2',
      '1.XX_user_dtmf_info': 'off',
      '2.XX_user_dtmf_info': 'sip_info_only',
    })
    expect(actual['XX_fkeys']).toBe('')
    expectValues(`<p>${actual['XX_timezone']}</p>`, 'xml', { 'p/timezone': 'CAN-5', 'p/utc_offset': '-18000' })
  })

  it('what the yealink plugins gave', () => {
    const actual = printed('yealink-v86', 'T46S')
    const { XX_sip_lines, ...others } = actual
    expectPrinted(others, {
      ...common,
      ...options,
      XX_country: 'France',
      XX_fw_filename: 'T46S-66.86.0.15.rom',
      XX_handset_fw: '',
      XX_handset_lang: '1',
      XX_handsets_fw: '{}',
      XX_lang: 'French',
      XX_sip_transport: '1',
      XX_templates:
        "{('192.0.2.20', 5070): {'id': 1, 'proxy_ip': '192.0.2.20', 'proxy_port': 5070, 'backup_proxy_ip': '192.0.2.21', 'backup_proxy_port': 5071}, ('198.51.100.1', 5060): {'id': 2, 'proxy_ip': '198.51.100.1', 'proxy_port': 5060}}",
      XX_wazo_phoned_user_service_dnd_enabled_url:
        'https://192.0.2.40:443/0.1/yealink/users/c8f4b9f4/services/dnd/enable',
      XX_wazo_phoned_user_service_dnd_disabled_url:
        'https://192.0.2.40:443/0.1/yealink/users/c8f4b9f4/services/dnd/disable',
      XX_xivo_phonebook_url: phonebook('lookup/default/yealink', '&term=#SEARCH'),
      '1.XX_dtmf_type': '1',
      '2.XX_dtmf_type': '2',
      '1.XX_line_no': '1',
      '2.XX_line_no': '2',
      '1.XX_template_id': '1',
      '2.XX_template_id': '2',
    })
    expect(XX_sip_lines?.match(/'\d+': None/g)).toHaveLength(14)
    expectValues(actual['XX_fkeys'] ?? '', 'key-value', {
      'linekey.1.type': '15',
      'linekey.3.type': '13',
      'linekey.3.value': '0612345678',
      'linekey.3.label': 'Carla',
      'linekey.4.type': '16',
      'linekey.4.value': '1003',
      'linekey.4.extension': '*81003',
      'linekey.5.type': '10',
      'linekey.5.value': '701',
      'linekey.6.type': '%NULL%',
    })
    expectValues(actual['XX_timezone'] ?? '', 'key-value', {
      'local_time.time_zone': '-5',
      'local_time.summer_time': '1',
      'local_time.dst_time_type': '1',
      'local_time.start_time': '3/2/7/2',
      'local_time.end_time': '11/1/7/2',
      'local_time.offset_time': '60',
    })
  })
})

describe('names that templates written for Wazo ask for', () => {
  it('are not there where nothing is configured, so that their default is taken', () => {
    const source = "{{ XX_lang|d('%NULL%') }} {{ XX_timezone is defined }} {{ sip_lines['1']['XX_dtmf_type']|d('2') }}"
    expect(renderCustom(pluginOf('yealink-v86'), source, { sip_lines: { '1': { username: 'u' } } })).toBe(
      '%NULL% False 2',
    )
  })

  it('come with lines that say what they have of all lines', () => {
    const source =
      "{{ XX_sip_lines['1']['proxy_ip'] }} {{ XX_sip_lines['1']['proxy_port']|d('%NULL%') }} {{ sip_lines['1']['voicemail'] }} {{ sip_lines['2']['proxy_ip'] }}"
    const raw = {
      sip_proxy_ip: '192.0.2.20',
      exten_voicemail: '*98',
      sip_lines: { '1': { username: 'u', proxy_port: null }, '2': { proxy_ip: '198.51.100.1' } },
    }
    expect(renderCustom(pluginOf('yealink-v86'), source, raw)).toBe('192.0.2.20 %NULL% *98 198.51.100.1')
  })

  it('cost nothing where a template does not ask for one', () => {
    const { compiled } = pluginOf('yealink-v86')
    expect(compiled.needs('base.tpl')).toEqual({ variables: undefined, hasChanges: false })
  })

  it.each(['aastra-8.2.0', 'polycom-6.4.6', 'snom-10.1.215.13', 'yealink-v86', 'cisco-spa-7.5.5'])(
    'do not change what the shipped templates of %s give beside them',
    (id) => {
      const plugin = pluginOf(id)
      const shipped = renderCustom(plugin, `{% include '${id}/base.tpl' %}`, full)
      expect(renderCustom(plugin, `{% include '${id}/base.tpl' %}{{ '' if XX_fkeys else '' }}`, full)).toBe(shipped)
    },
  )
})
