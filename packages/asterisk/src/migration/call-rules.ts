import { isTrue, numberIn, type Rule, renamed, setting, truth, worded } from './rule.ts'

const atLeast90 = (key: string, option: string) =>
  setting(key, (value) => [['endpoint', option, String(Math.max(90, numberIn(value) ?? 90))]])

/** `callerid`, or what users.conf says in two settings. */
const callerId: Rule = {
  keys: ['callerid', 'fullname', 'cid_number'],
  to(settings) {
    const whole = settings.get('callerid')
    const [name, number] = [settings.get('fullname'), settings.get('cid_number')]
    if (name === undefined && number === undefined) return whole ? [['endpoint', 'callerid', whole]] : []
    const parts = /^\s*(?:"([^"]*)"|([^<]*?))\s*(?:<([^>]*)>)?\s*$/.exec(whole ?? '')
    const shownName = name ?? parts?.[1] ?? parts?.[2] ?? ''
    const shownNumber = number ?? parts?.[3]
    return [['endpoint', 'callerid', `"${shownName}"${shownNumber ? ` <${shownNumber}>` : ''}`]]
  },
}

const presentations: Readonly<Record<string, string>> = {
  0: 'allowed_not_screened',
  1: 'allowed_passed_screen',
  2: 'allowed_failed_screen',
  3: 'allowed',
  32: 'prohib_not_screened',
  33: 'prohib_passed_screen',
  34: 'prohib_failed_screen',
  35: 'prohib',
  67: 'unavailable',
}
const presentationWords = Object.fromEntries(Object.values(presentations).map((word) => [word, word]))

const recording = (key: string, option: string): Rule =>
  setting(key, (value) => [
    ['endpoint', 'one_touch_recording', 'yes'],
    ['endpoint', option, value],
  ])

const mailboxes: Rule = {
  keys: ['mailbox', 'subscribemwi'],
  to(settings) {
    const boxes = settings.all('mailbox').filter((box) => box !== '')
    if (boxes.length === 0) return []
    return [[isTrue(settings.get('subscribemwi')) ? 'aor' : 'endpoint', 'mailboxes', boxes.join(',')]]
  },
}

/** busylevel says when a phone counts as busy; call-limit refused calls as well, which is the dialplan’s now. */
const busy: Rule = {
  keys: ['busylevel', 'call-limit'],
  to(settings) {
    const level = numberIn(settings.get('busylevel') ?? '') ?? numberIn(settings.get('call-limit') ?? '')
    return level === undefined ? [] : [['endpoint', 'device_state_busy_at', String(level)]]
  },
  note: (settings) =>
    settings.get('call-limit') === undefined
      ? undefined
      : 'calls beyond the limit are refused by GROUP() in the dialplan only',
}

const musicOnHold: Rule = {
  keys: ['mohinterpret', 'mohsuggest'],
  to(settings) {
    const suggested = settings.get('mohsuggest')
    const isPassed = settings.get('mohinterpret')?.toLowerCase() === 'passthrough'
    return [
      ...(suggested ? [['endpoint', 'moh_suggest', suggested] as const] : []),
      ...(isPassed ? [['endpoint', 'moh_passthrough', 'yes'] as const] : []),
    ]
  },
}

const variables: Rule = {
  keys: ['setvar', 'parkinglot', 'amaflags'],
  to(settings) {
    const own = settings.all('setvar').filter((value) => value.includes('='))
    const functions = ['parkinglot', 'amaflags'].flatMap((key) => {
      const value = settings.get(key)
      return value ? [`CHANNEL(${key})=${value}`] : []
    })
    return [...own, ...functions].map((value) => ['endpoint', 'set_var', value] as const)
  },
}

/** What is said about calls, callers and subscriptions. */
export const callRules: readonly Rule[] = [
  callerId,
  mailboxes,
  busy,
  musicOnHold,
  variables,
  renamed('context', 'context'),
  renamed('language', 'language'),
  renamed('accountcode', 'accountcode'),
  worded('session-timers', 'timers', { accept: 'yes', originate: 'always', refuse: 'no' }),
  atLeast90('session-expires', 'timers_sess_expires'),
  atLeast90('session-minse', 'timers_min_se'),
  worded('callingpres', 'callerid_privacy', { ...presentations, ...presentationWords }),
  renamed('cid_tag', 'callerid_tag'),
  truth('trustrpid', 'trust_id_inbound'),
  setting('trust_id_outbound', (value) => [
    ['endpoint', 'trust_id_outbound', /^legacy$/i.test(value) || !isTrue(value) ? 'no' : 'yes'],
  ]),
  setting('sendrpid', (value) => {
    const isPai = /^pai$/i.test(value)
    const isRpid = isTrue(value) || /^rpid$/i.test(value)
    return [
      ['endpoint', 'send_rpid', isRpid ? 'yes' : 'no'],
      ['endpoint', 'send_pai', isPai ? 'yes' : 'no'],
    ]
  }),
  truth('rpid_update', 'send_connected_line'),
  truth('rpid_immediate', 'rpid_immediate'),
  truth('send_diversion', 'send_diversion'),
  truth('usereqphone', 'user_eq_phone'),
  setting('promiscredir', (value) => (isTrue(value) ? [['endpoint', 'redirect_method', 'uri_core']] : [])),
  setting('progressinband', (value) => [['endpoint', 'inband_progress', isTrue(value) ? 'yes' : 'no']]),
  renamed('callgroup', 'call_group'),
  renamed('pickupgroup', 'pickup_group'),
  renamed('namedcallgroup', 'named_call_group'),
  renamed('namedpickupgroup', 'named_pickup_group'),
  truth('allowtransfer', 'allow_transfer'),
  truth('allowsubscribe', 'allow_subscribe'),
  renamed('subscribecontext', 'subscribe_context'),
  renamed('subminexpiry', 'sub_min_expiry'),
  renamed('fromuser', 'from_user'),
  renamed('fromdomain', 'from_domain'),
  renamed('mwi_from', 'mwi_from_user'),
  renamed('vmexten', 'voicemail_extension'),
  renamed('tonezone', 'tone_zone'),
  renamed('sdpowner', 'sdp_owner'),
  renamed('sdpsession', 'sdp_session'),
  truth('allowoverlap', 'allow_overlap'),
  setting('use_q850_reason', (value) => [['endpoint', 'suppress_q850_reason_headers', isTrue(value) ? 'no' : 'yes']]),
  renamed('outofcall_message_context', 'message_context'),
  recording('recordonfeature', 'record_on_feature'),
  recording('recordofffeature', 'record_off_feature'),
  setting('auth_options_requests', (value) => [
    ['endpoint', 'allow_unauthenticated_options', isTrue(value) ? 'no' : 'yes'],
  ]),
  truth('snom_aoc_enabled', 'send_aoc'),
  renamed('unsolicited_mailbox', 'incoming_mwi_mailbox'),
]
