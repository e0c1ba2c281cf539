import { spawnSync } from 'node:child_process'

/** Clients as phones and people have them, each with the Debian package it comes from. */
export const clientPackages: Readonly<Record<string, string>> = {
  curl: 'curl',
  atftp: 'atftp',
  tftp: 'tftp-hpa',
  busybox: 'busybox',
}

export function missingClients(): string[] {
  return Object.keys(clientPackages).filter((client) => spawnSync('which', [client]).status !== 0)
}

/** Run once before the tests from outside: installs what is missing, where that is allowed. */
export default function setup(): void {
  const missing = missingClients()
  if (missing.length === 0 || process.getuid?.() !== 0) return
  const packages = missing.map((client) => clientPackages[client] ?? client)
  console.log(`installing ${packages.join(', ')}`)
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=400']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    spawnSync('apt-get', ['install', ...options, ...packages], { env, timeout: 300_000 }).status === 0
  // The lists of a bare container are empty.
  if (!install() && spawnSync('apt-get', ['update', '-q'], { env, timeout: 300_000 }).status === 0) install()
}
