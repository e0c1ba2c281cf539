import { describe, expect, it } from 'vitest'
import { planPjsipConf } from './import-pjsip-conf.ts'

const site = `[transport-udp]
type=transport
protocol=udp
bind=0.0.0.0:5060
[global]
type=global
user_agent=Mine
[phone](!)
type=endpoint
context=office
disallow=all
allow=ulaw
[one](!)
type=aor
max_contacts=1
[1001](phone)
auth=1001
aors=1001
callerid="Ann" <1001>
set_var=A=1
set_var=B=2
[1001]
type=auth
auth_type=userpass
username=1001
password=s3cret
[1001](one)
[1002](phone)
context=shop
aors=1002
made_up=1
[1002](one)
[carrier]
type=endpoint
context=in
aors=carrier
outbound_auth=carrier
[carrier]
type=aor
contact=sip:carrier.example
[carrier]
type=auth
username=me
password=pa55
[carrier]
type=identify
endpoint=carrier
match=192.0.2.1
match=192.0.2.2
[carrier]
type=registration
server_uri=sip:carrier.example
client_uri=sip:me@carrier.example
outbound_auth=carrier
[office-acl]
type=acl
deny=0.0.0.0/0
`

describe('a pjsip.conf', () => {
  const made = planPjsipConf({ file: 'pjsip.conf', text: site })
  const named = (name: string) => made.configurations.find((each) => each.name === name)

  it('becomes configurations of the objects that belong together, with its templates', () => {
    expect(named('phone')).toMatchObject({
      kind: 'template',
      sections: {
        endpoint: [
          ['disallow', 'all'],
          ['allow', 'ulaw'],
        ],
      },
    })
    expect(named('one')?.sections).toEqual({ aor: [['max_contacts', '1']] })
    expect(named('1001')).toMatchObject({
      role: 'phone',
      parents: ['phone', 'one'],
      sections: {
        endpoint: [
          ['context', 'office'],
          ['callerid', '"Ann" <1001>'],
          ['set_var', 'A=1'],
          ['set_var', 'B=2'],
        ],
        auth: [
          ['auth_type', 'userpass'],
          ['username', '1001'],
          ['password', 's3cret'],
        ],
      },
    })
    expect(named('1002')?.sections).toEqual({ endpoint: [['context', 'shop']] })
    expect(named('carrier')).toMatchObject({
      role: 'trunk',
      sections: {
        aor: [['contact', 'sip:carrier.example']],
        outbound_auth: [
          ['username', 'me'],
          ['password', 'pa55'],
        ],
        registration_outbound_auth: [
          ['username', 'me'],
          ['password', 'pa55'],
        ],
        identify: [
          ['match', '192.0.2.1'],
          ['match', '192.0.2.2'],
        ],
        registration: [
          ['server_uri', 'sip:carrier.example'],
          ['client_uri', 'sip:me@carrier.example'],
        ],
      },
    })
    expect(made.transports).toEqual([
      {
        name: 'transport-udp',
        options: [
          ['protocol', 'udp'],
          ['bind', '0.0.0.0:5060'],
        ],
      },
    ])
    expect(made.global).toEqual([['user_agent', 'Mine']])
  })

  it('keeps what several lines allow, the line of a registration, and says as what a phone registers from now on', () => {
    const made = planPjsipConf({
      file: 'pjsip.conf',
      text: `[desk](!)
type=endpoint
disallow=all
allow=ulaw
[one](desk)
allow=alaw
aors=one-aor
[one-aor]
type=aor
max_contacts=1
[two](desk)
[far]
type=endpoint
[far]
type=registration
endpoint=far
line=yes
server_uri=sip:far.example
client_uri=sip:me@far.example
`,
    })
    const one = made.configurations.find(({ name }) => name === 'one')
    expect(one?.sections.endpoint).toEqual([['allow', '!all,ulaw,alaw']])
    expect(made.configurations.find(({ name }) => name === 'two')?.sections.endpoint).toEqual([
      ['disallow', 'all'],
      ['allow', 'ulaw'],
    ])
    expect(made.configurations.find(({ name }) => name === 'far')?.sections.registration).toContainEqual([
      'line',
      'yes',
    ])
    expect(made.remarks).toContain('The phone of one registered as one-aor; from now on it registers as one')
  })

  it('takes over the other names of domains', () => {
    const text = '[old.example]\ntype=domain_alias\ndomain=pbx.example\n[bad.example]\ntype=domain_alias\n'
    const made = planPjsipConf({ file: 'pjsip.conf', text })
    expect(made.domain_alias).toEqual([['old.example', 'pbx.example']])
    expect(made.report.map(({ outcome }) => outcome)).toEqual([
      ...Array(3).fill('taken over'),
      ...Array(2).fill('dropped'),
    ])
    expect(planPjsipConf({ file: 'pjsip.conf', text, isOfTenant: true }).domain_alias).toEqual([])
  })

  it('leaves what belongs to the whole Asterisk to the root tenant', () => {
    const made = planPjsipConf({ file: 'pjsip.conf', text: site, isOfTenant: true })
    expect([made.transports, made.global]).toEqual([[], []])
    expect(made.report.find(({ text }) => text === '[transport-udp]')?.what).toContain('the root tenant imports it')
  })

  it('is reported line by line, without a secret', () => {
    expect(made.report.map(({ line }) => line)).toEqual(
      site
        .trim()
        .split('\n')
        .map((_, index) => index + 1),
    )
    expect(JSON.stringify(made.report)).not.toMatch(/s3cret|pa55/)
    expect(made.report.find(({ text }) => text === 'made_up=1')?.what).toBe('endpoint has no option made_up')
    expect(made.report.find(({ text }) => text === '[office-acl]')?.outcome).toBe('dropped')
  })
})
