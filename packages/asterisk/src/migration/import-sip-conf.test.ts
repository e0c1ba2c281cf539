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
