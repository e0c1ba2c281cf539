import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConf } from '../conf/conf-file.ts'
import { pjsipOption } from '../pjsip-options/catalogue.ts'
import { problemWith } from '../pjsip-options/value-check.ts'
import { planSipConf } from './import-sip-conf.ts'
import { type DraftTemplate, givenBy } from './inheritance.ts'
import { isInherited, isList, mapSettings, onceEach, slotOf } from './map-settings.ts'
import type { MigrationPlan, PlannedConfiguration } from './plan.ts'
import type { Target } from './rule.ts'
import { keyOf, settingsOf } from './settings-of.ts'

const site = `[general]
bindport=5061
context=default
tcpenable=yes
externip=203.0.113.7
localnet=10.0.0.0/8
localnet=192.168.0.0/16
disallow=all
allow=alaw,ulaw
nat=yes
qualify=yes
useragent=OldPBX
allowguest=yes
rtcachefriends=yes
registerattempts=0
register => acme:pa55@sip.carrier.example/4420
register => other:s3cret:auth@second.example:5070~300
nonsense=1

[office](!)
type=friend
host=dynamic
context=from-office
dtmfmode=rfc2833
callgroup=1

[warehouse](!,office)
callgroup=2

[1001](office)
secret=a1
callerid="Ann" <1001>
mailbox=1001@default

[1002](office)
secret=b2
nat=no

[1003](warehouse)
secret=c3
allow=g722
setvar=SITE=north
setvar=FLOOR=2

[carrier]
type=peer
host=sip.carrier.example
username=acme
secret=pa55
insecure=port,invite
fromdomain=carrier.example
sendrpid=pai
`

const plan = (text: string) => planSipConf({ file: 'sip.conf', text })
const named = ({ configurations }: MigrationPlan, name: string) => configurations.find((each) => each.name === name)

/** What a configuration resolves to, by section and option. */
function resolved(
  { configurations }: MigrationPlan,
  { parents, sections, operations }: PlannedConfiguration,
): string[] {
  const targetsOf = (each: Pick<PlannedConfiguration, 'sections'>): Target[] =>
    Object.entries(each.sections).flatMap(([section, options]) =>
      options.map(([option, value]) => [section as Target[0], option, value] as const),
    )
  const templates = new Map<string, DraftTemplate>(
    configurations.flatMap((each) =>
      each.kind === 'template'
        ? [[each.name, { name: each.name, parents: each.parents, targets: targetsOf(each) }]]
        : [],
    ),
  )
  const inherited = givenBy(parents, templates).filter(
    (target) =>
      !operations.some(
        ({ section, option, action, value }) =>
          section === target[0] && option === target[1] && (action === 'unset' || value === target[2]),
      ),
  )
  return onceEach([...inherited, ...targetsOf({ sections })])
    .map((target) => `${slotOf(target)}=${target[2]}`)
    .sort()
}

describe('a sip.conf', () => {
  it('becomes a general template, its templates, phones that say only what is theirs, and trunks that register', () => {
    const made = plan(site)
    expect(named(made, 'global')?.sections.endpoint).toEqual(
      expect.arrayContaining([
        ['allow', '!all,alaw,ulaw'],
        ['force_rport', 'yes'],
        ['context', 'default'],
      ]),
    )
    expect(named(made, 'office')).toMatchObject({ kind: 'template', parents: ['global'] })
    expect(named(made, 'warehouse')).toMatchObject({ kind: 'template', parents: ['office'] })
    expect(named(made, 'warehouse')?.sections.endpoint).toEqual([['call_group', '2']])
    expect(named(made, '1001')).toMatchObject({
      kind: 'endpoint',
      role: 'phone',
      parents: ['office'],
      sections: {
        auth: [
          ['username', '1001'],
          ['auth_type', 'userpass'],
          ['password', 'a1'],
        ],
        endpoint: expect.arrayContaining([
          ['callerid', '"Ann" <1001>'],
          ['mailboxes', '1001@default'],
        ]),
      },
    })
    expect(named(made, '1003')?.sections.endpoint).toEqual(
      expect.arrayContaining([
        ['allow', '!all,alaw,ulaw,g722'],
        ['set_var', 'SITE=north'],
        ['set_var', 'FLOOR=2'],
      ]),
    )
    expect(named(made, 'carrier')).toMatchObject({
      role: 'trunk',
      sections: {
        aor: expect.arrayContaining([['contact', 'sip:acme@sip.carrier.example']]),
        identify: [['match', 'sip.carrier.example']],
        outbound_auth: expect.arrayContaining([['password', 'pa55']]),
        registration: expect.arrayContaining([
          ['client_uri', 'sip:acme@sip.carrier.example'],
          ['contact_user', '4420'],
          ['max_retries', '10000'],
        ]),
      },
    })
    expect(named(made, 'carrier')?.sections.auth).toBeUndefined()
    expect(named(made, 'other-second.example')?.sections.registration_outbound_auth).toContainEqual([
      'username',
      'auth',
    ])
    expect(made.transports.map(({ name }) => name)).toEqual(['transport-udp', 'transport-tcp'])
    expect(made.transports[0]?.options).toEqual([
      ['protocol', 'udp'],
      ['bind', '0.0.0.0:5061'],
      ['local_net', '10.0.0.0/8'],
      ['local_net', '192.168.0.0/16'],
      ['external_media_address', '203.0.113.7'],
      ['external_signaling_address', '203.0.113.7'],
    ])
    expect(made.global).toEqual([['user_agent', 'OldPBX']])
  })

  it('is reported line by line, without a secret', () => {
    const made = plan(site)
    const lines = site.split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [index + 1]))
    expect(made.report.map(({ line }) => line)).toEqual(lines)
    expect(JSON.stringify(made.report)).not.toMatch(/pa55|s3cret|"a1|= a1|b2"|c3"/)
    const about = (text: string) => made.report.find((line) => line.text.startsWith(text))
    expect(about('allowguest')?.outcome).toBe('refused')
    expect(about('rtcachefriends')).toMatchObject({ outcome: 'dropped', what: expect.stringContaining('contacts') })
    expect(about('nonsense')?.what).toContain('no setting of chan_sip that is known')
    expect(about('dtmfmode')?.what).toContain('dtmf_mode = rfc4733')
  })

  it('knows every setting of the last public chan_sip, and has a reason for each that becomes nothing', () => {
    const known =
      `context language accountcode tos_audio tos_video cos_audio cos_video rtp_engine dtmfmode disallow allow
      nat directmedia canreinvite directmediapermit directmediadeny directmediaacl rtptimeout rtpholdtimeout rtpkeepalive
      icesupport avpf force_avp rtcp_mux autoframing encryption encryption_taglen dtlsenable dtlsverify dtlsrekey dtlscertfile
      dtlsprivatekey dtlscipher dtlscafile dtlscapath dtlssetup dtlsfingerprint dtlsautogeneratecert session-timers
      session-expires session-minse session-refresher callerid cid_number fullname callingpres cid_tag trustrpid
      trust_id_outbound sendrpid rpid_update rpid_immediate send_diversion usereqphone promiscredir progressinband callgroup
      pickupgroup namedcallgroup namedpickupgroup allowtransfer allowsubscribe subscribecontext subminexpiry fromuser
      fromdomain mwi_from outboundproxy mailbox subscribemwi vmexten call-limit busylevel mohsuggest mohinterpret
      recordonfeature recordofffeature tonezone sdpowner sdpsession g726nonstandard preferred_codec_only allowoverlap
      use_q850_reason faxdetect media_address t38pt_udptl setvar outofcall_message_context permit deny acl contactpermit
      contactdeny contactacl maxcallbitrate videosupport textsupport insecure parkinglot amaflags transport host defaultip
      qualify qualifyfreq maxexpiry minexpiry defaultexpiry supportpath regexten secret md5secret remotesecret auth
      match_auth_username defaultuser username type port callbackextension description
      rtcachefriends rtsavesysname rtsavepath rtupdate rtautoclear ignoreregexpire regseconds ipaddr fullcontact lastms
      autocreatepeer autodomain allowexternaldomains domainsasrealm dynamic_exclude_static prematuremedia relaxdtmf
      directrtpsetup notifymimetype notifyringing notifyhold notifycid buggymwi mwiexpiry mwi tcpauthtimeout tcpauthlimit
      dumphistory recordhistory pedantic t1min externrefresh matchexternaddrlocally storesipcause qualifygap qualifypeers
      disallowed_methods shrinkcallerid snom_aoc_enabled unsolicited_mailbox rfc2833compensate ignoresdpversion useclientcode
      ignore_requested_pref discard_remote_hold_retrieval hasvoicemail trunkname header jbenable jbforce jbmaxsize
      subscribe_network_change_event uri_parameters_instead send_oli ignore_hold_before_answer refer_addheaders
      authfailureevents auth_options_requests`.split(/\s+/)
    const ofGeneral =
      `bindaddr udpbindaddr bindport tcpenable tcpbindaddr tlsenable tlsbindaddr websocket_enabled localnet
      externaddr externip externhost externtcpport externtlsport tos_sip cos_sip tlscertfile tlsprivatekey tlscafile tlscapath
      tlscipher tlsverifyclient tlsdontverifyserver tlsclientmethod useragent sipdebug realm legacy_useroption_parsing
      maxforwards keepalive regcontext timert1 timerb compactheaders domain allowguest alwaysauthreject srvlookup register
      registertimeout registerattempts register_retry_403`.split(/\s+/)
    const text = (keys: readonly string[]) => keys.map((key) => `${key}=1\n`).join('')
    const made = plan(`[general]\n${text([...known, ...ofGeneral])}[peer]\n${text(known)}`)
    const unknown = made.report.filter(({ what }) => what.includes('no setting of chan_sip that is known'))
    expect(unknown.map((line) => line.text)).toEqual([])
  })

  it('makes the domains of a server other names of the first, and says what is lost of them', () => {
    const text = '[general]\ndomain=PBX.example\ndomain=old.example,incoming\ndomain=192.0.2.7\ndomain=no domain\n'
    const made = plan(text)
    expect(made.domain_alias).toEqual([
      ['old.example', 'pbx.example'],
      ['192.0.2.7', 'pbx.example'],
    ])
    expect(made.report.slice(1).map(({ outcome, what }) => `${outcome}: ${what}`)).toEqual([
      'taken over: the domain that others are aliases of: its accounts are found without an object of its own',
      'taken over: domain_alias old.example: domain = pbx.example; its context “incoming” is not: that of the endpoint counts',
      'taken over: domain_alias 192.0.2.7: domain = pbx.example',
      'refused: it is no name of a domain',
    ])
    const ofTenant = planSipConf({ file: 'sip.conf', text, isOfTenant: true })
    expect(ofTenant.domain_alias).toEqual([])
    expect(ofTenant.report.slice(1).every(({ outcome }) => outcome === 'dropped')).toBe(true)
  })

  it('says of a line in [general] only what it becomes: nothing of what is of peers alone', () => {
    const made = plan(`[general]
secret=x
setvar=A=1
fromuser=asterisk
mwi_from=vm
outboundproxy=proxy.example,force
callerid="House" <100>
vmexten=*97
useragent=Old
useragent=New
tlscipher=ALL
tlsclientmethod=sslv2
[a]
host=dynamic
callerid="Ann" <1>
[b]
host=dynamic
`)
    const about = (text: string) => made.report.find((line) => line.text.startsWith(text))
    for (const text of ['secret', 'setvar', 'tlscipher', 'tlsclientmethod', 'useragent=Old'])
      expect(about(text), text).toMatchObject({ outcome: 'dropped' })
    expect(about('fromuser')?.what).toBe('global default_from_user = asterisk')
    expect(about('useragent=New')?.what).toBe('global user_agent = New')
    const general = named(made, 'global')?.sections.endpoint
    expect(general).toEqual(
      expect.arrayContaining([
        ['mwi_from_user', 'vm'],
        ['outbound_proxy', 'sip:proxy.example;lr'],
        ['callerid', '"House" <100>'],
        ['voicemail_extension', '*97'],
      ]),
    )
    expect(named(made, 'b')?.sections.endpoint).toBeUndefined()
    expect(named(made, 'a')?.sections.endpoint).toEqual([['callerid', '"Ann" <1>']])
  })

  it('leaves what belongs to the whole Asterisk to the root tenant, and says so', () => {
    const made = planSipConf({ file: 'sip.conf', text: site, isOfTenant: true })
    expect([made.transports, made.global, made.system]).toEqual([[], [], []])
    for (const text of ['bindport', 'tcpenable', 'externip', 'localnet', 'useragent'])
      expect(made.report.find((line) => line.text.startsWith(text))?.what).toContain('the root tenant imports it')
    expect(named(made, 'carrier')).toEqual(named(plan(site), 'carrier'))
  })

  it('lets calls that come by a registration be known by it, over its transport', () => {
    const made = plan('[general]\ntlsenable=yes\nregister => tls://me:pw@far.example/100\n[far]\nhost=far.example\n')
    expect(named(made, 'far')).toMatchObject({ role: 'trunk', transport: 'transport-tls' })
    expect(named(made, 'far')?.sections.registration).toContainEqual(['line', 'yes'])
  })

  it('plans ten thousand peers with templates in seconds', { timeout: 30_000 }, () => {
    const peers = Array.from({ length: 10_000 }, (_, number) => {
      const id = 10_000 + number
      return `[${id}](desk,floor${number % 20})\nsecret=s${id}\ncallerid="Desk ${id}" <${id}>\nmailbox=${id}@default\n`
    })
    const floors = Array.from(
      { length: 20 },
      (_, floor) => `[floor${floor}](!)\ncallgroup=${floor}\npickupgroup=${floor}\n`,
    )
    const text = `[general]\ncontext=house\ndisallow=all\nallow=alaw\n[desk](!)\ntype=friend\nhost=dynamic\nqualify=yes\n${floors.join('')}${peers.join('')}`
    const begun = process.cpuUsage()
    const made = plan(text)
    const { user, system } = process.cpuUsage(begun)
    expect(made.configurations.filter(({ role }) => role === 'phone')).toHaveLength(10_000)
    expect(named(made, '10021')?.parents).toEqual(['desk', 'floor1'])
    expect(named(made, '10021')?.operations).toEqual([])
    expect((user + system) / 1e6).toBeLessThan(10)
    console.log(`10,000 peers planned in ${((user + system) / 1e6).toFixed(1)} s of CPU`)
  })

  it('gives the same plan again', () => {
    expect(plan(site)).toEqual(plan(site))
  })

  it('has what many peers have alike put into one template, and says so', () => {
    const phones = Array.from(
      { length: 20 },
      (_, number) =>
        `[2${number + 100}]\ntype=friend\nhost=dynamic\nsecret=s${number}\ncontext=sales\nlanguage=fr\ncallgroup=${number % 7}\n`,
    )
    const made = plan(`[general]\n${phones.join('')}[odd]\ntype=friend\nhost=dynamic\nsecret=x\n`)
    const common = named(made, 'common-phones')
    expect(common?.sections.endpoint).toEqual(
      expect.arrayContaining([
        ['context', 'sales'],
        ['language', 'fr'],
      ]),
    )
    expect(named(made, '2100')).toMatchObject({ parents: ['global', 'common-phones'] })
    expect(named(made, '2100')?.sections.endpoint).toEqual([['call_group', '0']])
    expect(named(made, 'odd')?.parents).toEqual(['global'])
    expect(made.remarks[0]).toContain('20 of 21 phones')
  })

  it('takes users.conf for peers where SIP is switched on', () => {
    const users =
      '[general]\nhassip=yes\nhasvoicemail=yes\n[6001]\nfullname=Bob\ncid_number=6001\nsecret=q\n[6002]\nhassip=no\n'
    const made = planSipConf({ file: 'sip.conf', text: '[general]\n', users: { file: 'users.conf', text: users } })
    expect(named(made, '6001')?.sections.endpoint).toContainEqual(['callerid', '"Bob" <6001>'])
    expect(named(made, '6001')?.sections.auth).toContainEqual(['password', 'q'])
    expect(named(made, '6002')).toBeUndefined()
  })

  const value = fc.constantFrom(
    'yes',
    'no',
    '1',
    '60',
    'all',
    'ulaw,alaw',
    'info',
    'rfc2833',
    'update,nonat',
    '"A" <1>',
    'pai',
    'a;b',
    '',
  )
  const key = fc.constantFrom(
    ...'nat allow disallow dtmfmode directmedia context callgroup qualify encryption callerid sendrpid session-timers setvar t38pt_udptl videosupport maxexpiry trustrpid contactdeny transport insecure mailbox'.split(
      ' ',
    ),
  )
  const section = fc.array(fc.tuple(key, value), { maxLength: 6 })
  it('resolves, for every peer, to exactly what chan_sip’s settings of that peer say, however they are inherited', () => {
    fc.assert(
      fc.property(
        section,
        section,
        section,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), section), { maxLength: 7 }),
        (general, a, b, peers) => {
          const lines = (entries: [string, string][]) =>
            entries.map(([name, text]) => `${name}=${text.replaceAll(';', '\\;')}\n`).join('')
          const heads = ['', '(a)', '(b)', '(a,b)']
          const text = `[general]\n${lines(general)}[a](!)\n${lines(a)}[b](!,a)\n${lines(b)}${peers
            .map(([parents, own], number) => `[p${number}]${heads[parents]}\nhost=dynamic\n${lines(own)}`)
            .join('')}`
          const made = plan(text)
          const conf = readConf('sip.conf', text)
          const entriesOf = (name: string) => conf.sections.find((each) => each.name === name)?.entries ?? []
          for (const [number] of peers.entries()) {
            const name = `p${number}`
            const whole = settingsOf(name, [
              ...entriesOf('general').filter((entry) => isInherited(keyOf(entry))),
              ...entriesOf(name),
            ])
            const expected = mapSettings(whole)
              .map((target) => `${slotOf(target)}=${target[2]}`)
              .sort()
            const planned = named(made, name)
            if (planned === undefined) throw new Error(`there is no ${name}`)
            expect(resolved(made, planned)).toEqual(expected)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives options that Asterisk knows, with values that it takes', () => {
    const made = plan(site)
    const objects = { registration_outbound_auth: 'auth', outbound_auth: 'auth' } as const
    for (const { sections } of made.configurations) {
      for (const [name, options] of Object.entries(sections)) {
        const object = name in objects ? 'auth' : (name as 'endpoint')
        for (const [option, text] of options) {
          const known = pjsipOption(object, option)
          expect(known, `${name} ${option}`).toBeDefined()
          if (known) expect(problemWith(known, text), `${option}=${text}`).toBeUndefined()
        }
      }
    }
    expect(isList(['endpoint', 'set_var', 'A=1'])).toBe(true)
  })
})
