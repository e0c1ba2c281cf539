import type { PjsipObject } from './catalogue.ts'
import { isSipUri, truthOf } from './value-check.ts'

/** The options of one object as they are in effect; of one that stands several times, its last value. */
export type EffectiveOptions = ReadonlyMap<string, string>

/** What is wrong with an option in the company of the others. */
export interface CrossProblem {
  readonly option: string
  readonly problem: string
}

type Rule = (options: EffectiveOptions) => CrossProblem[]

const number = (options: EffectiveOptions, name: string, otherwise: number) => Number(options.get(name) ?? otherwise)
const isYes = (options: EffectiveOptions, name: string) => truthOf(options.get(name) ?? 'no') === true
const isGiven = (options: EffectiveOptions, name: string) => (options.get(name) ?? '') !== ''

/** What Asterisk checks when it applies an endpoint (res_pjsip/pjsip_configuration.c), so that it is refused here. */
const endpointRules: Rule = (options) => {
  const problems: CrossProblem[] = []
  const least = number(options, 'timers_min_se', 90)
  if (least < 90) problems.push({ option: 'timers_min_se', problem: 'must be at least 90 (RFC 4028 §5)' })
  if (number(options, 'timers_sess_expires', 1800) < least)
    problems.push({ option: 'timers_sess_expires', problem: `must be at least timers_min_se, which is ${least}` })
  const start = number(options, 'rtp_port_start', 0)
  const end = number(options, 'rtp_port_end', 0)
  if (start !== 0 || end !== 0) {
    if (start < 1024)
      problems.push({ option: 'rtp_port_start', problem: 'must be at least 1024 where rtp_port_end is given' })
    if (end <= start) problems.push({ option: 'rtp_port_end', problem: 'must be higher than rtp_port_start' })
  }
  if (isYes(options, 'preferred_codec_only') && isGiven(options, 'incoming_call_offer_pref'))
    problems.push({ option: 'incoming_call_offer_pref', problem: 'cannot stand beside preferred_codec_only' })
  return problems
}

const authRules: Rule = (options) => {
  const needs = (names: readonly string[], why: string) =>
    names.filter((name) => !isGiven(options, name)).map((option) => ({ option, problem: `is needed ${why}` }))
  const type = options.get('auth_type') ?? 'digest'
  if (type === 'google_oauth') return needs(['oauth_clientid', 'oauth_secret', 'refresh_token'], 'with google_oauth')
  return [...needs(['username'], 'by an auth'), ...(type === 'md5' ? needs(['md5_cred'], 'with auth_type md5') : [])]
}

const aorRules: Rule = (options) =>
  number(options, 'minimum_expiration', 60) > number(options, 'maximum_expiration', 7200)
    ? [{ option: 'minimum_expiration', problem: 'must not be higher than maximum_expiration' }]
    : []

const identifyRules: Rule = (options) =>
  ['match', 'match_header', 'match_request_uri'].some((name) => isGiven(options, name))
    ? []
    : [{ option: 'match', problem: 'is needed by an identify, or match_header or match_request_uri' }]

const registrationRules: Rule = (options) => {
  const problems: CrossProblem[] = []
  for (const option of ['server_uri', 'client_uri']) {
    const uri = options.get(option)
    if (uri === undefined) problems.push({ option, problem: 'is needed by a registration' })
    else if (!isSipUri(uri)) problems.push({ option, problem: 'must be a SIP URI' })
  }
  if (isGiven(options, 'endpoint') && !isYes(options, 'line'))
    problems.push({ option: 'endpoint', problem: 'is taken with line=yes only' })
  return problems
}

const transportRules: Rule = (options) => {
  const problems: CrossProblem[] = []
  if (options.get('protocol') !== 'flow' && !isGiven(options, 'bind'))
    problems.push({ option: 'bind', problem: 'is needed by a transport' })
  if (isGiven(options, 'external_signaling_address') && isGiven(options, 'external_signaling_hostname'))
    problems.push({ option: 'external_signaling_hostname', problem: 'cannot stand beside external_signaling_address' })
  return problems
}

const rules: Record<PjsipObject, Rule> = {
  endpoint: endpointRules,
  auth: authRules,
  aor: aorRules,
  identify: identifyRules,
  registration: registrationRules,
  transport: transportRules,
  global: () => [],
  system: () => [],
  domain_alias: () => [],
}

/** What Asterisk would refuse, or not load, although each value by itself is right. */
export function crossProblems(object: PjsipObject, options: EffectiveOptions): CrossProblem[] {
  return rules[object](options)
}
