import { maxUploadBytes } from '@strowger/schema'
import { commonSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

const Port = Type.Integer({ minimum: 0, maximum: 65_535 })

export const ingressSettings = defineSettings({
  ...commonSettings,
  PHONE_HOST: {
    schema: Type.String(),
    optional: true,
    description: 'Address on which phones are served. Without it all addresses, IPv4 and IPv6.',
  },
  PHONE_HTTP_PORT: { schema: Port, default: 8667, description: 'TCP port on which phones fetch files over HTTP.' },
  PHONE_HTTP_EXTRA_PORTS: {
    schema: Type.Array(Port),
    default: [],
    description: 'Further TCP ports for the same, as 6970, on which Cisco phones ask.',
    example: '6970',
  },
  PHONE_HTTPS_PORT: {
    schema: Port,
    default: 8668,
    description: 'TCP port on which phones fetch files over HTTPS, while there is a certificate.',
  },
  PHONE_TLS_CERTIFICATE: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description:
      'Path of the certificate for HTTPS with its chain, in PEM. Read again when it changes. Without it, or while the file is missing, HTTPS is off.',
  },
  PHONE_TLS_KEY: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description: 'Path of the private key of that certificate, in PEM, not encrypted.',
  },
  PHONE_TLS_OLD_PHONES: {
    schema: Type.Boolean(),
    default: false,
    description:
      'Let old phones in, too: TLS 1.0 and 1.1, CBC and RSA key exchange, certificates signed with SHA-1. Otherwise TLS 1.2 and 1.3 with forward secrecy.',
  },
  PHONE_CLIENT_CA_DIR: {
    schema: Type.String({ minLength: 1 }),
    default: 'services/ingress/vendor-roots',
    description:
      'Folder of the root certificates of phone vendors (.pem, .crt, .cer, .der). While there is one, phones are asked for their own certificate; the MAC address in one that a root vouches for says who asks.',
  },
  PHONE_TRUSTED_PROXIES: {
    schema: Type.Integer({ minimum: 0, maximum: 16 }),
    default: 0,
    unit: 'proxies',
    description:
      'How many proxies of yours stand between phones and HTTP. That entry of X-Forwarded-For, counted from the right, is who asks; a request without it is answered 400. With 0 the header counts for nothing.',
  },
  PHONE_HEADERS_TIMEOUT_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 600_000 }),
    default: 10_000,
    unit: 'ms',
    description: 'How long an HTTP client may take to send its headers before it is cut off.',
  },
  PHONE_REQUEST_TIMEOUT_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 600_000 }),
    default: 15_000,
    unit: 'ms',
    description: 'How long an HTTP client may take to send a whole request before it is cut off.',
  },
  PHONE_SILENCE_TIMEOUT_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 600_000 }),
    default: 60_000,
    unit: 'ms',
    description:
      'How long a connection may stay without a byte in either direction, as of a client that does not read.',
  },
  PHONE_CONNECTIONS: {
    schema: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    default: 20_000,
    unit: 'connections',
    description: 'How many connections of phones are open at once, over HTTP and HTTPS; further ones are closed.',
  },
  PHONE_CONNECTIONS_PER_SOURCE: {
    schema: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    default: 2_500,
    unit: 'connections',
    description:
      'The same from one IPv4 address or IPv6 /64: a site of 1,000 phones behind one address opens two each. Behind trusted proxies it does not apply.',
  },
  PHONE_UPLOAD_MAX_BYTES: {
    schema: Type.Integer({ minimum: 1_024, maximum: maxUploadBytes }),
    default: maxUploadBytes,
    unit: 'bytes',
    description: 'How large a log or another file may be that a phone sends, where its plugin names such files.',
  },
  PHONE_TFTP_PORT: {
    schema: Port,
    default: 6969,
    description: 'UDP port on which phones fetch files over TFTP. Phones ask on 69, which needs a privilege.',
  },
  PHONE_TFTP_SINGLE_PORT: {
    schema: Type.Boolean(),
    default: false,
    description: 'Answer TFTP from the port that was asked, for networks that translate addresses (containers).',
  },
  DHCP_INFO_HOST: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description: 'Address on which DHCP servers tell what they have given to whom. Without it that of PHONE_HOST.',
  },
  DHCP_INFO_PORT: {
    schema: Port,
    default: 8669,
    description: 'TCP port of the same (`POST /dhcp`). It is always open.',
  },
  DHCP_INFO_SERVERS: {
    schema: Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?$' })),
    default: [],
    description: 'Addresses or blocks of DHCP servers that need no token.',
    example: '192.0.2.53,10.20.0.0/16',
  },
  DHCP_INFO_TOKEN: {
    schema: Type.String({ minLength: 16 }),
    optional: true,
    secret: true,
    description:
      'What any other DHCP server sends as `Authorization: Bearer …`. Without it one is made and kept in STATE_DIR/dhcp-token.',
  },
  DHCP_LISTEN_HOST: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description:
      'Where to listen to what phones ask their DHCP server, without ever answering: 0.0.0.0 hears the broadcasts of the own network, any own address what relays send there. Not beside a DHCP server on one machine. Without it nothing is listened to.',
    example: '0.0.0.0',
  },
  DHCP_LISTEN_PORT: {
    schema: Port,
    default: 67,
    description: 'UDP port of the same. 67 needs a privilege (CAP_NET_BIND_SERVICE).',
  },
  PHONE_RATE_PER_S: {
    schema: Type.Integer({ minimum: 1 }),
    default: 200,
    unit: 'requests/s',
    description: 'How many requests of one source address are answered in the long run.',
  },
  PHONE_RATE_BURST: {
    schema: Type.Integer({ minimum: 1 }),
    default: 6_000,
    unit: 'requests',
    description: 'How many may come at once: a site of 1,000 phones behind one address asks for six files each.',
  },
  PHONE_WAIT_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 60_000 }),
    default: 2_000,
    unit: 'ms',
    description: 'How long a phone is kept waiting for a file before it is told to come back.',
  },
  PHONE_QUESTIONS_OPEN: {
    schema: Type.Integer({ minimum: 1, maximum: 100_000 }),
    default: 512,
    unit: 'questions',
    description:
      'How many phones the rest of the house is asked about at once; the others wait in line. Of phones that ask over TFTP and have never acknowledged anything, whose address may be forged, only a 64th part of that.',
  },
  PHONE_LINE_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 60_000 }),
    default: 15_000,
    unit: 'ms',
    description: 'How long a phone is kept waiting in that line before it is told to come back.',
  },
  ANSWER_CACHE_BYTES: {
    schema: Type.Integer({ minimum: 0 }),
    default: 100_663_296,
    unit: 'bytes',
    description:
      'Memory for answers given before: some 5 KB for a file of a phone, 0.4 KB for one that it has not. The default is enough for 10,000 phones.',
  },
  STATE_DIR: {
    schema: Type.String({ minLength: 1 }),
    default: '.strowger/ingress',
    description: 'Folder of the journal of security events: what was answered and is not yet in the stream.',
  },
  JOURNAL_MAX_BYTES: {
    schema: Type.Integer({ minimum: 65_536 }),
    default: 268_435_456,
    unit: 'bytes',
    description:
      'How much of the journal is kept while NATS is away; beyond it the oldest events are lost, and counted.',
  },
})
