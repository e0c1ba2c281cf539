import {
  isTrue,
  numberIn,
  type PeerSettings,
  type Rule,
  renamed,
  setting,
  type Target,
  truth,
  worded,
  yesNo,
} from './rule.ts'

const videoCodecs = /^(h26[1345]p?|mpeg4|vp[89]|av1)(:|$)/

/** What chan_sip offers when nobody says anything. */
const usualCodecs = ['ulaw', 'alaw', 'gsm']

/** The codecs in force, in order; framing (`g729:20`) stays with them. */
function codecsOf(settings: PeerSettings): string[] {
  let codecs = [...usualCodecs]
  for (const [key, value] of settings.inOrder('disallow', 'allow')) {
    for (const codec of value
      .toLowerCase()
      .split(/[,&|]/)
      .map((part) => part.trim())) {
      if (codec === '') continue
      const name = codec.split(':')[0]
      codecs = codec === 'all' ? [] : codecs.filter((other) => other.split(':')[0] !== name)
      if (key === 'allow') codecs.push(codec)
    }
  }
  return isTrue(settings.get('videosupport')) || /^always$/i.test(settings.get('videosupport') ?? '')
    ? codecs
    : codecs.filter((codec) => !videoCodecs.test(codec))
}

const codecs: Rule = {
  keys: ['allow', 'disallow', 'videosupport'],
  to: (settings) => [['endpoint', 'allow', ['!all', ...codecsOf(settings)].join(',')]],
}

const directMedia: Rule = {
  keys: ['directmedia', 'canreinvite'],
  to(settings) {
    const last = settings.inOrder('directmedia', 'canreinvite').at(-1)?.[1]
    if (last === undefined) return []
    const words = last
      .toLowerCase()
      .split(',')
      .map((word) => word.trim())
    if (words.length === 1 && !['nonat', 'update', 'outgoing'].includes(words[0] ?? '')) {
      return [['endpoint', 'direct_media', yesNo(last)]]
    }
    const targets: Target[] = [['endpoint', 'direct_media', 'yes']]
    if (words.includes('nonat')) targets.push(['endpoint', 'disable_direct_media_on_nat', 'yes'])
    if (words.includes('update')) targets.push(['endpoint', 'direct_media_method', 'update'])
    if (words.includes('outgoing')) targets.push(['endpoint', 'direct_media_glare_mitigation', 'outgoing'])
    return targets
  },
}

/** chan_sip guesses behind which phones there is NAT (`auto_…`); here it is said, which harms no phone that has none. */
const nat: Rule = {
  keys: ['nat'],
  to(settings) {
    const words = (settings.get('nat') ?? 'auto_force_rport')
      .toLowerCase()
      .split(',')
      .map((word) => word.trim())
    const isYes = words.some((word) => isTrue(word) || word === 'route')
    const forcesPort = isYes || words.some((word) => /^(auto_)?force_rport$/.test(word))
    const isSymmetric = isYes || words.some((word) => /^(auto_)?comedia$/.test(word))
    const say = (value: boolean) => (value ? 'yes' : 'no')
    return [
      ['endpoint', 'rtp_symmetric', say(isSymmetric)],
      ['endpoint', 'force_rport', say(forcesPort)],
      ['endpoint', 'rewrite_contact', say(forcesPort)],
    ]
  },
}

const encryption: Rule = {
  keys: ['encryption', 'dtlsenable'],
  to(settings) {
    if (isTrue(settings.get('dtlsenable'))) return [['endpoint', 'media_encryption', 'dtls']]
    const value = settings.get('encryption')
    return value === undefined ? [] : [['endpoint', 'media_encryption', isTrue(value) ? 'sdes' : 'no']]
  },
}

const t38 = setting('t38pt_udptl', (value) => {
  const words = value
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
  const isOn = isTrue(words[0]) || ['fec', 'redundancy', 'none'].includes(words[0] ?? '')
  if (!isOn) return [['endpoint', 't38_udptl', 'no']]
  const correction = words.find((word) => ['fec', 'redundancy', 'none'].includes(word))
  const size = words.map((word) => /^maxdatagram=(\d+)$/.exec(word)?.[1]).find((found) => found !== undefined)
  return [
    ['endpoint', 't38_udptl', 'yes'],
    ...(correction === undefined ? [] : [['endpoint', 't38_udptl_ec', correction] as const]),
    ...(size === undefined ? [] : [['endpoint', 't38_udptl_maxdatagram', size] as const]),
  ]
})

/** What is said about sound, pictures and their way. */
export const mediaRules: readonly Rule[] = [
  codecs,
  directMedia,
  nat,
  encryption,
  t38,
  worded('dtmfmode', 'dtmf_mode', {
    rfc2833: 'rfc4733',
    rfc4733: 'rfc4733',
    inband: 'inband',
    info: 'info',
    shortinfo: 'info',
    auto: 'auto',
  }),
  renamed('rtptimeout', 'rtp_timeout'),
  renamed('rtpholdtimeout', 'rtp_timeout_hold'),
  renamed('rtpkeepalive', 'rtp_keepalive'),
  renamed('rtp_engine', 'rtp_engine'),
  renamed('tos_audio', 'tos_audio'),
  renamed('tos_video', 'tos_video'),
  renamed('cos_audio', 'cos_audio'),
  renamed('cos_video', 'cos_video'),
  renamed('media_address', 'media_address'),
  truth('icesupport', 'ice_support'),
  truth('avpf', 'use_avpf'),
  truth('force_avp', 'force_avp'),
  truth('rtcp_mux', 'rtcp_mux'),
  truth('autoframing', 'use_ptime'),
  truth('g726nonstandard', 'g726_non_standard'),
  truth('preferred_codec_only', 'preferred_codec_only'),
  // Pictures are a matter of bits there and of streams here.
  setting('maxcallbitrate', (value) => [['endpoint', 'max_video_streams', numberIn(value) === 0 ? '0' : '1']]),
  setting('encryption_taglen', (value) => [['endpoint', 'srtp_tag_32', value === '32' ? 'yes' : 'no']]),
  setting('faxdetect', (value) => [
    ['endpoint', 'fax_detect', isTrue(value) || /^(t38|cng)/i.test(value) ? 'yes' : 'no'],
  ]),
  worded('dtlsverify', 'dtls_verify', {
    yes: 'yes',
    no: 'no',
    fingerprint: 'fingerprint',
    certificate: 'certificate',
  }),
  renamed('dtlsrekey', 'dtls_rekey'),
  renamed('dtlscertfile', 'dtls_cert_file'),
  renamed('dtlsprivatekey', 'dtls_private_key'),
  renamed('dtlscipher', 'dtls_cipher'),
  renamed('dtlscafile', 'dtls_ca_file'),
  renamed('dtlscapath', 'dtls_ca_path'),
  worded('dtlssetup', 'dtls_setup', { active: 'active', passive: 'passive', actpass: 'actpass' }),
  worded('dtlsfingerprint', 'dtls_fingerprint', { 'sha-256': 'SHA-256', 'sha-1': 'SHA-1' }),
  truth('dtlsautogeneratecert', 'dtls_auto_generate_cert'),
]
