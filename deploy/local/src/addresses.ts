import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { tlsFiles } from './certificate.ts'
import type { Home } from './home.ts'
import type { Secrets } from './secrets.ts'
import { cloneRoot } from './services.ts'
import type { LocalSettings } from './settings.ts'

interface Parts {
  readonly settings: LocalSettings
  readonly advertisedHost: string
  readonly home: Home
}

/** The table that is printed when everything is ready. */
export function addressTable({ settings, advertisedHost, home }: Parts): string[] {
  const { PHONE_HTTP_PORT, PHONE_HTTPS_PORT, PHONE_TFTP_PORT, DHCP_INFO_PORT, GATEWAY_PORT } = settings
  const https = existsSync(tlsFiles(home).certificate)
    ? `https://${advertisedHost}:${PHONE_HTTPS_PORT}/   (authority: ${near(tlsFiles(home).root)})`
    : 'off (make certificate)'
  return [
    `phones, HTTP   http://${advertisedHost}:${PHONE_HTTP_PORT}/   (all addresses; phones are told ${advertisedHost})`,
    `phones, HTTPS  ${https}`,
    `phones, TFTP   tftp://${advertisedHost}:${PHONE_TFTP_PORT}/`,
    `DHCP servers   http://${advertisedHost}:${DHCP_INFO_PORT}/dhcp   (token: ${near(join(home.secrets, 'dhcp-token'))})`,
    `REST           http://127.0.0.1:${GATEWAY_PORT}/api/v1`,
    `security log   ${near(securityLog(home))}`,
    `data, secrets  ${near(home.folder)}`,
  ]
}

/** How to log in: the password itself at the first run only. */
export function logIn(secrets: Secrets): string[] {
  const shown = secrets.isFirstRun ? ` / ${secrets.adminPassword()}` : ''
  return [
    `administrator  admin${shown}   (kept in ${near(secrets.path('admin-password'))}; ./strowger has its own token)`,
  ]
}

/** To paste; works on an installation with nothing configured. */
export function example({ PHONE_HTTP_PORT, PHONE_TFTP_PORT }: LocalSettings): string[] {
  const phone = "curl -A 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56'"
  return [
    `${phone} http://127.0.0.1:${PHONE_HTTP_PORT}/001565123456.cfg`,
    `curl -s tftp://127.0.0.1:${PHONE_TFTP_PORT}/001565123456.cfg`,
    './strowger devices list',
  ]
}

export function securityLog(home: Home): string {
  return join(home.log, 'strowger-fail2ban.log')
}

/** Relative to the clone where that is shorter. */
function near(path: string): string {
  const inside = relative(cloneRoot, path)
  return inside.startsWith('..') ? path : inside
}
