import type { SipConfiguration, SipOption } from '@strowger/schema'

/** A template that every tenant is given. */
export interface BuiltInTemplate {
  readonly label: string
  readonly parents: readonly string[]
  /** Name of the transport. */
  readonly transport?: string
  readonly sections: SipConfiguration['sections']
}

/** Addresses of Twilio’s SIP signalling, four of each network. */
const twilioNetworks = [
  '54.172.60.0',
  '54.244.51.0',
  '54.171.127.192',
  '35.156.191.128',
  '54.65.63.192',
  '54.169.127.128',
  '54.252.254.64',
  '177.71.206.192',
]

function twilioAddresses(): SipOption[] {
  return twilioNetworks.flatMap((network) => {
    const [, start = '', last = '0'] = /^(.*\.)(\d+)$/.exec(network) ?? []
    return [0, 1, 2, 3].map((offset): SipOption => ['match', `${start}${Number(last) + offset}`])
  })
}

/** In an order in which parents come first. */
export const builtInTemplates: readonly BuiltInTemplate[] = [
  {
    label: 'global',
    parents: [],
    transport: 'transport-udp',
    sections: {
      aor: [
        ['maximum_expiration', '3600'],
        ['default_expiration', '120'],
        ['minimum_expiration', '60'],
        ['qualify_frequency', '60'],
        ['remove_existing', 'yes'],
        ['max_contacts', '1'],
      ],
      endpoint: [
        ['rtp_timeout', '7200'],
        ['allow_transfer', 'yes'],
        ['use_ptime', 'yes'],
        ['callerid', 'strowger'],
        ['direct_media', 'no'],
        ['dtmf_mode', 'rfc4733'],
        ['language', 'en_US'],
        ['inband_progress', 'no'],
        ['rtp_timeout_hold', '0'],
        ['timers_sess_expires', '600'],
        ['timers_min_se', '90'],
        ['trust_id_inbound', 'no'],
        ['allow_subscribe', 'yes'],
        ['allow', '!all,ulaw'],
        ['set_var', 'TIMEOUT(absolute)=36000'],
        ['set_var', 'DYNAMIC_FEATURES=togglerecord'],
        ['notify_early_inuse_ringing', 'yes'],
      ],
    },
  },
  {
    label: 'webrtc',
    parents: ['global'],
    transport: 'transport-wss',
    sections: {
      aor: [
        ['remove_existing', 'no'],
        ['max_contacts', '10'],
      ],
      endpoint: [
        ['webrtc', 'yes'],
        ['dtls_auto_generate_cert', 'yes'],
        ['allow', '!all,opus,g722,alaw,ulaw,vp9,vp8,h264'],
        ['max_video_streams', '25'],
        ['max_audio_streams', '1'],
        ['timers', 'always'],
        ['timers_sess_expires', '300'],
        ['timers_min_se', '90'],
      ],
    },
  },
  { label: 'meeting_guest', parents: ['webrtc'], sections: {} },
  {
    label: 'registration_trunk',
    parents: ['global'],
    sections: {
      registration: [
        ['forbidden_retry_interval', '30'],
        ['retry_interval', '20'],
        ['max_retries', '10000'],
        ['auth_rejection_permanent', 'no'],
        ['fatal_retry_interval', '30'],
      ],
    },
  },
  { label: 'twilio_trunk', parents: ['registration_trunk'], sections: { identify: twilioAddresses() } },
]

/** Transports that are there from the beginning, where there are none. */
export const firstTransports: readonly { name: string; options: SipOption[] }[] = [
  {
    name: 'transport-udp',
    options: [
      ['protocol', 'udp'],
      ['bind', '0.0.0.0:5060'],
    ],
  },
  {
    name: 'transport-wss',
    options: [
      ['protocol', 'wss'],
      ['bind', '0.0.0.0:5060'],
    ],
  },
]
