import { describe, expect, it } from 'vitest'
import { type PjsipObject, pjsipOption, pjsipOptions } from './catalogue.ts'
import { crossProblems } from './cross-checks.ts'
import { problemWith } from './value-check.ts'

const check = (object: PjsipObject, option: string, value: string) => {
  const known = pjsipOption(object, option)
  return known === undefined ? 'unknown' : problemWith(known, value)
}

describe('a value', () => {
  it.each([
    ['endpoint', 'direct_media', 'no'],
    ['endpoint', '100rel', 'peer_supported'],
    ['endpoint', 'rtp_timeout', '7200'],
    ['endpoint', 'allow', '!all,opus,g722,alaw:20,ulaw'],
    ['endpoint', 'codec_prefs_incoming_offer', 'prefer: pending, operation: intersect, keep: all, transcode: allow'],
    ['endpoint', 'permit', '192.0.2.0/24,2001:db8::/32,10.0.0.0/255.0.0.0'],
    ['endpoint', 'set_var', 'TIMEOUT(absolute)=36000'],
    ['endpoint', 'callerid', '"Alice" <1001>'],
    ['endpoint', 'callerid', 'wazo'],
    ['endpoint', 'call_group', '1,3-5,63'],
    ['endpoint', 'tos_audio', 'ef'],
    ['endpoint', 'tos_audio', '184'],
    ['endpoint', 'outbound_proxy', 'sip:proxy.example.com:5060;lr'],
    ['auth', 'password_digest', `SHA-256:${'0a'.repeat(32)}`],
    ['auth', 'md5_cred', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['aor', 'qualify_timeout', '3.0'],
    ['aor', 'contact', 'sip:trunk@198.51.100.7:5060'],
    ['identify', 'match', '54.172.60.0/30,sip.example.com'],
    ['identify', 'match_header', 'X-Account: 42'],
    ['transport', 'bind', '0.0.0.0:5060'],
    ['transport', 'bind', '[::]:5061'],
    ['global', 'mwi_tps_queue_low', '-1'],
  ] as const)('%s.%s takes %s', (object, option, value) => {
    expect(check(object, option, value)).toBeUndefined()
  })

  it.each([
    ['endpoint', 'direct_media', 'maybe', 'must be yes or no'],
    ['endpoint', '100rel', 'sometimes', 'must be one of no, peer_supported, required, yes'],
    ['endpoint', 'rtp_timeout', '-1', 'must be a whole number of at least 0'],
    ['endpoint', 'rtp_timeout', '1e3', 'must be a whole number of at least 0'],
    ['endpoint', 'rtp_port_start', '70000', 'must be a whole number from 0 to 65535'],
    ['endpoint', 'allow', 'ulaw,,alaw', 'must be names of codecs'],
    ['endpoint', 'allow', 'ulow', 'must be names of codecs'],
    ['endpoint', 'permit', '192.0.2.0/33', 'must be addresses or networks'],
    ['endpoint', 'set_var', 'NAME', 'must be NAME=value'],
    ['endpoint', 'set_var', 'A=1\nallow=all', 'control characters'],
    ['endpoint', 'call_group', '64', 'must be numbers from 0 to 63'],
    ['endpoint', 'tos_audio', '256', 'must be a name as ef'],
    ['endpoint', 'outbound_proxy', 'proxy.example.com', 'must be a SIP URI'],
    ['endpoint', 'stir_shaken', 'yes', 'must be left out'],
    ['auth', 'password_digest', 'SHA-256:abc', 'must be MD5:'],
    ['auth', 'md5_cred', 'xyz', 'must be 32 hexadecimal digits'],
    ['aor', 'qualify_frequency', '86401', 'must be a whole number from 0 to 86400'],
    ['identify', 'match', 'not a host', 'must be addresses, networks or host names'],
    ['transport', 'bind', '0.0.0.0:99999', 'must be an address'],
    ['transport', 'protocol', 'sctp', 'must be one of udp, tcp, tls, ws, wss, flow'],
  ] as const)('%s.%s refuses %s', (object, option, value, problem) => {
    expect(check(object, option, value)).toContain(problem)
  })

  it('that is the default of its option is taken by it', () => {
    for (const [object, table] of Object.entries(pjsipOptions)) {
      for (const [name, option] of Object.entries(table)) {
        if (option.default === undefined) continue
        // Asterisk prints the default of a tos as a boolean.
        if (option.type === 'tos') continue
        expect(problemWith(option, option.default), `${object}.${name}=${option.default}`).toBeUndefined()
      }
    }
  })
})

describe('options together', () => {
  const problems = (object: PjsipObject, options: Record<string, string>) =>
    crossProblems(object, new Map(Object.entries(options))).map(({ option }) => option)
  it.each([
    ['endpoint', { timers_min_se: '60' }, ['timers_min_se']],
    ['endpoint', { timers_min_se: '600', timers_sess_expires: '300' }, ['timers_sess_expires']],
    ['endpoint', { rtp_port_start: '10000' }, ['rtp_port_end']],
    ['endpoint', { rtp_port_start: '80', rtp_port_end: '90' }, ['rtp_port_start']],
    ['endpoint', { preferred_codec_only: 'yes', incoming_call_offer_pref: 'local' }, ['incoming_call_offer_pref']],
    ['auth', { password: 'x' }, ['username']],
    ['auth', { auth_type: 'google_oauth', oauth_clientid: 'x' }, ['oauth_secret', 'refresh_token']],
    ['auth', { auth_type: 'md5', username: 'x' }, ['md5_cred']],
    ['identify', { srv_lookups: 'yes' }, ['match']],
    ['registration', { client_uri: 'sip:a@b' }, ['server_uri']],
    ['registration', { client_uri: 'sip:a@b', server_uri: 'sip:b', endpoint: 'x' }, ['endpoint']],
    ['transport', { protocol: 'udp' }, ['bind']],
    ['aor', { minimum_expiration: '100', maximum_expiration: '60' }, ['minimum_expiration']],
    ['endpoint', {}, []],
  ] as const)('%s with %o is wrong at %o', (object, options, wrong) => {
    expect(problems(object, options as Record<string, string>)).toEqual(wrong)
  })
})
