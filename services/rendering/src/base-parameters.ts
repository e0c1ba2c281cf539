import type { RawConfig } from '@strowger/schema'

/** What every configuration begins with: where this installation is, as the phones see it. */
export function baseParameters(settings: {
  readonly ADVERTISED_HOST: string
  readonly ADVERTISED_HTTP_URL?: string | undefined
  readonly ADVERTISED_SIP_HOST?: string | undefined
  readonly PHONE_HTTP_PORT: number
  readonly PHONE_TFTP_PORT: number
}): RawConfig {
  const host = settings.ADVERTISED_HOST
  const inUrl = host.includes(':') ? `[${host}]` : host
  return {
    ip: host,
    http_port: settings.PHONE_HTTP_PORT,
    http_base_url: settings.ADVERTISED_HTTP_URL ?? `http://${inUrl}:${settings.PHONE_HTTP_PORT}`,
    tftp_port: settings.PHONE_TFTP_PORT,
    ntp_enabled: true,
    ntp_ip: host,
    sip_proxy_ip: settings.ADVERTISED_SIP_HOST ?? host,
  }
}
