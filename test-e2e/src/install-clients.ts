import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { prepareAsterisk } from '@strowger/testkit'
import { fetchBaseImages } from './container-engine.ts'

/** Clients as phones and people have them, each with the Debian package it comes from. */
export const clientPackages: Readonly<Record<string, string>> = {
  curl: 'curl',
  atftp: 'atftp',
  tftp: 'tftp-hpa',
  busybox: 'busybox',
}

/** What stands beside the house in a site, likewise. */
export const peerPackages: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  dhcpd: 'isc-dhcp-server',
  dhclient: 'isc-dhcp-client',
  dnsmasq: 'dnsmasq-base',
  'kea-dhcp4': 'kea-dhcp4-server',
  'fail2ban-server': 'fail2ban',
  nft: 'nftables',
  sipp: 'sip-tester',
  debootstrap: 'debootstrap',
  'systemd-analyze': 'systemd',
}

/** What runs the house in containers, likewise. */
const enginePackages: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  'docker-compose': 'docker-compose',
  debootstrap: 'debootstrap',
  iptables: 'iptables',
}

function missingOf(packages: Readonly<Record<string, string>>): string[] {
  return Object.keys(packages).filter((program) => spawnSync('which', [program]).status !== 0)
}

export function missingClients(): string[] {
  return missingOf(clientPackages)
}

export function missingPeers(...programs: readonly string[]): string[] {
  return missingOf(peerPackages).filter((program) => programs.includes(program))
}

/** Said where everybody sees it: a test that is skipped in silence is taken for one that passed. */
export function warnOfSkipped(what: string, reason: string): void {
  console.warn(`${what.toUpperCase()}: SKIPPED, ${reason}`)
}

/** Run once before the tests from outside: installs what is missing, where that is allowed. */
export default function setup(): () => void {
  if (process.getuid?.() === 0) installMissing()
  const endFetching = fetchBaseImages()
  // Here, because it takes a minute the first time; each test asks again and says why there is none.
  prepareAsterisk()
  return endFetching
}

function installMissing(): void {
  const all = { ...clientPackages, ...peerPackages, ...enginePackages }
  // The packages of servers start them, on the network of this machine, where there is somebody to start them.
  const startsServers = existsSync('/run/systemd/system')
  const missing = startsServers ? missingClients() : missingOf(all)
  if (missing.length === 0) return
  const packages = missing.map((program) => all[program] ?? program)
  console.log(`installing ${packages.join(', ')}`)
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=400']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    spawnSync('apt-get', ['install', ...options, ...packages], { env, timeout: 300_000 }).status === 0
  // The lists of a bare container are empty.
  if (!install() && spawnSync('apt-get', ['update', '-q'], { env, timeout: 300_000 }).status === 0) install()
}
