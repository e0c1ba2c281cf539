import type { ServiceName } from '@strowger/schema'

/** A port on which a service is asked from outside the house. */
export interface PublishedPort {
  readonly name: string
  readonly protocol: 'TCP' | 'UDP'
  /** In the container. */
  readonly port: number
  /** Where it is reached, when that is another one. */
  readonly published?: number
  /** The setting that holds it. */
  readonly setting?: string
  readonly askedBy: 'phones' | 'administrators' | 'dhcp-servers' | 'asterisk'
}

/** What a deployment must know of a service that its definitions do not say. Whatever is left out has the default. */
export interface ServiceFacts {
  readonly ports?: readonly PublishedPort[]
  /** Keeps something in STATE_DIR that must outlive the container. */
  readonly keepsState?: boolean
  /** One of it at a time: it writes a file. */
  readonly isSingle?: boolean
  /** Asks Asterisk: ARI and its manager interface. */
  readonly asksAsterisk?: boolean
  /** Further settings. `${…}` is filled by Compose, from its environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Folder of the log that fail2ban reads. */
  readonly writesLog?: boolean
  /** How many of it a large site runs: at least, at most. Without it one. */
  readonly replicas?: readonly [least: number, most: number]
  /** Memory at 10,000 devices, in MiB: asked for, and at most. */
  readonly memoryMiB?: readonly [asked: number, most: number]
}

export const serviceFacts: Readonly<Record<ServiceName, ServiceFacts>> = {
  ingress: {
    ports: [
      { name: 'http', protocol: 'TCP', port: 8667, setting: 'PHONE_HTTP_PORT', askedBy: 'phones' },
      { name: 'https', protocol: 'TCP', port: 8668, setting: 'PHONE_HTTPS_PORT', askedBy: 'phones' },
      { name: 'tftp', protocol: 'UDP', port: 6969, published: 69, setting: 'PHONE_TFTP_PORT', askedBy: 'phones' },
      { name: 'dhcp', protocol: 'TCP', port: 8669, setting: 'DHCP_INFO_PORT', askedBy: 'dhcp-servers' },
    ],
    keepsState: true,
    environment: { DHCP_INFO_TOKEN_FILE: '/run/secrets/dhcp-token' },
    replicas: [3, 12],
    memoryMiB: [192, 512],
  },
  identification: { replicas: [2, 6], memoryMiB: [160, 512] },
  rendering: {
    asksAsterisk: true,
    // What phones are told: where they ask, not where ingress listens in its container.
    environment: {
      ADVERTISED_HOST: '${ADVERTISED_HOST:?the name or address that phones are told}',
      PHONE_HTTP_PORT: '${PHONE_HTTP_PORT:-8667}',
      PHONE_TFTP_PORT: '${PHONE_TFTP_PORT:-69}',
    },
    replicas: [2, 8],
    memoryMiB: [192, 512],
  },
  fail2ban: { isSingle: true, writesLog: true, keepsState: true, memoryMiB: [96, 256] },
  gateway: {
    ports: [{ name: 'rest', protocol: 'TCP', port: 8080, setting: 'GATEWAY_PORT', askedBy: 'administrators' }],
    environment: {
      ADMIN_PASSWORD_FILE: '/run/secrets/admin-password',
      STROWGER_BOOTSTRAP_TOKEN_FILE: '/run/secrets/admin-token',
    },
    replicas: [2, 6],
    memoryMiB: [160, 512],
  },
  'sip-config': {
    asksAsterisk: true,
    ports: [{ name: 'fastagi', protocol: 'TCP', port: 4573, askedBy: 'asterisk' }],
    memoryMiB: [160, 512],
  },
  rating: { memoryMiB: [192, 1024] },
}
