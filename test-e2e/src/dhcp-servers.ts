import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@strowger/testkit'
import type { Daemon, Host } from './network.ts'
import { prefix } from './network.ts'

export const recipes = fileURLToPath(new URL('../../deploy/dhcp/', import.meta.url))
/** Where the recipes say that the programs lie. */
const installed = '/usr/local/lib/strowger'

export interface Recipe {
  /** Folder with the programs and dhcp-tell.conf. */
  readonly programs: string
}

/** Installs the recipes as deploy/dhcp/README.md says, into a folder of the test’s own. */
export function installRecipes(folder: string, url: string, token: string): Recipe {
  const programs = join(folder, 'programs')
  mkdirSync(programs, { recursive: true })
  for (const program of ['strowger-dhcp-tell', 'dnsmasq/strowger-dnsmasq-hook', 'kea/strowger-kea-hook']) {
    const to = join(programs, program.slice(program.lastIndexOf('/') + 1))
    cpSync(join(recipes, program), to)
    chmodSync(to, 0o755)
  }
  writeFileSync(join(programs, 'dhcp-tell.conf'), `STROWGER_DHCP_URL=${url}\nSTROWGER_DHCP_TOKEN=${token}\n`)
  return { programs }
}

export interface DhcpServerOptions {
  readonly host: Host
  /** Scratch. */
  readonly folder: string
  /** The last byte of the one address that it gives. */
  readonly gives: number
  /** Without it the server tells nobody. */
  readonly recipe?: Recipe
}

export type StartDhcpServer = (options: DhcpServerOptions) => Promise<Daemon>

function recipeText(file: string, recipe: Recipe): string {
  return readFileSync(join(recipes, file), 'utf8').replaceAll(installed, recipe.programs)
}

async function running(daemon: Daemon, sign: RegExp): Promise<Daemon> {
  try {
    await eventually(() => sign.test(daemon.output()), { timeoutMs: 10_000, intervalMs: 20 })
  } catch {
    throw new Error(`the DHCP server did not start: ${daemon.output()}`)
  }
  return daemon
}

export const startIscDhcpd: StartDhcpServer = async ({ host, folder, gives, recipe }) => {
  const file = (name: string) => join(folder, name)
  writeFileSync(file('dhcpd.leases'), '')
  if (recipe) writeFileSync(file('strowger.conf'), recipeText('isc-dhcpd/strowger.conf', recipe))
  writeFileSync(
    file('dhcpd.conf'),
    `authoritative; default-lease-time 120; max-lease-time 120; ping-check false;
${recipe ? `include "${file('strowger.conf')}";` : ''}
subnet ${prefix}.0 netmask 255.255.255.0 { range ${prefix}.${gives} ${prefix}.${gives}; }\n`,
  )
  const args = ['-f', '-d', '-4', '-cf', file('dhcpd.conf'), '-lf', file('dhcpd.leases'), '-pf', file('dhcpd.pid')]
  return running(host.start('dhcpd', [...args, host.card]), /Sending on.*Socket\/fallback|Listening on/s)
}

export const startDnsmasq: StartDhcpServer = async ({ host, folder, gives, recipe }) => {
  const file = (name: string) => join(folder, name)
  writeFileSync(file('dnsmasq.conf'), recipe ? recipeText('dnsmasq/strowger.conf', recipe) : '')
  const args = [
    '--keep-in-foreground',
    '--log-facility=-',
    '--port=0',
    '--user=root',
    `--conf-file=${file('dnsmasq.conf')}`,
    `--pid-file=${file('dnsmasq.pid')}`,
    `--dhcp-leasefile=${file(`dnsmasq-${gives}.leases`)}`,
    `--interface=${host.card}`,
    '--bind-interfaces',
    '--dhcp-authoritative',
    '--no-ping',
    `--dhcp-range=${prefix}.${gives},${prefix}.${gives},2m`,
  ]
  return running(host.start('dnsmasq', args), /sockets bound exclusively|DHCP, IP range/)
}

export const startKea: StartDhcpServer = async ({ host, folder, gives, recipe }) => {
  const configuration = {
    Dhcp4: {
      'interfaces-config': { interfaces: [host.card], 'dhcp-socket-type': 'raw' },
      'lease-database': { type: 'memfile', persist: false },
      'valid-lifetime': 120,
      'hooks-libraries': recipe ? [keaHook(recipe)] : [],
      subnet4: [{ id: 1, subnet: `${prefix}.0/24`, pools: [{ pool: `${prefix}.${gives} - ${prefix}.${gives}` }] }],
      loggers: [{ name: 'kea-dhcp4', severity: 'INFO', output_options: [{ output: 'stdout' }] }],
    },
  }
  writeFileSync(join(folder, 'kea.json'), JSON.stringify(configuration))
  const env = { KEA_PIDFILE_DIR: folder, KEA_LOCKFILE_DIR: 'none' }
  return running(host.start('kea-dhcp4', ['-c', join(folder, 'kea.json')], env), /DHCP4_STARTED/)
}

/** The recipe’s entry, with the folder that this machine has for libraries. */
function keaHook(recipe: Recipe): { library: string } {
  const entry = JSON.parse(recipeText('kea/strowger-hooks.conf', recipe).replaceAll(/^\/\/.*$/gm, ''))
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'kea', 'hooks'))
  const library = folders.map((each) => join(each, 'libdhcp_run_script.so')).find(isFile)
  return library === undefined ? entry : { ...entry, library }
}

function isFile(path: string): boolean {
  try {
    return readFileSync(path).length > 0
  } catch {
    return false
  }
}
