import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloneRoot } from '@strowger/local'

/** Where a Debian with Asterisk in it lies; made once a clone, or shared by E2E_ASTERISK_ROOT. */
export const asteriskRoot = process.env['E2E_ASTERISK_ROOT'] ?? join(cloneRoot, '.strowger', 'peers', 'asterisk')

const setupWithinMs = 400_000

/**
 * Makes the root file system that Asterisk runs in, from Debian's packages (about a minute, 340 MB), unless it is there.
 * Nothing outside the clone is written. Answers why there is none; undefined when it can be used. E2E_ASTERISK=no says
 * that none is wanted.
 */
export function prepareAsterisk(): string | undefined {
  if (process.env['E2E_ASTERISK'] === 'no') return 'E2E_ASTERISK=no'
  if (process.getuid?.() !== 0) return 'not root, which a file system of its own needs'
  if (isWhole(asteriskRoot)) return undefined
  for (const program of ['debootstrap', 'chroot', 'setpriv']) {
    if (spawnSync('which', [program]).status !== 0) return `${program} is not installed`
  }
  const distribution = distributionOfThisMachine()
  if (typeof distribution === 'string') return distribution
  const making = `${asteriskRoot}.${process.pid}`
  mkdirSync(join(making, '..'), { recursive: true })
  console.log(`installing Asterisk from the packages of ${distribution.suite} into ${making}`)
  const failure = install(making, distribution)
  if (failure !== undefined) {
    rmSync(making, { recursive: true, force: true })
    return failure
  }
  // Another run may have been faster.
  if (isWhole(asteriskRoot)) rmSync(making, { recursive: true, force: true })
  else renameSync(making, asteriskRoot)
  return undefined
}

/** Runs a program inside, with an environment of nothing else; answers what failed. */
function inside(root: string, command: readonly string[]): string | undefined {
  const environment = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive']
  return run('chroot', [root, '/usr/bin/env', '-i', ...environment, ...command])
}

interface Distribution {
  readonly suite: string
  readonly components: string
  readonly mirror: string
}

function install(root: string, { suite, components, mirror }: Distribution): string | undefined {
  // A mirror's frozen Release file may be past its date.
  const apt = ['apt-get', '-q', '-y', '-o', 'Acquire::Check-Valid-Until=false']
  const bootstrap = ['--variant=minbase', `--components=${components}`, suite, root, mirror]
  return (
    run('debootstrap', bootstrap) ??
    prepareForServers(root) ??
    inside(root, [...apt, 'update']) ??
    inside(root, [...apt, 'install', '--no-install-recommends', 'asterisk']) ??
    inside(root, ['apt-get', 'clean']) ??
    (isWhole(root) ? undefined : 'the package asterisk brought no /usr/sbin/asterisk')
  )
}

function prepareForServers(root: string): undefined {
  // Packages of servers start nothing in there.
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const leftOut = ['/usr/share/man/*', '/usr/share/locale/*']
  const lines = leftOut.map((path) => `path-exclude=${path}\n`).join('')
  writeFileSync(join(root, 'etc/dpkg/dpkg.cfg.d/lean'), lines)
  return undefined
}

/** Which suite has Asterisk, and the mirror that this machine uses itself. */
function distributionOfThisMachine(): Distribution | string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(release)?.[1]
  const targets = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], {
    encoding: 'utf8',
  })
  const isUbuntu = field('ID') === 'ubuntu'
  const wanted = isUbuntu ? /\/ubuntu\/?$/ : /\/debian\/?$/
  const mirror = (targets.stdout ?? '').split('\n').find((uri) => wanted.test(uri))
  if (mirror === undefined) return 'apt names no mirror of Debian or Ubuntu'
  if (isUbuntu) return { suite: field('VERSION_CODENAME') ?? 'noble', components: 'main,universe', mirror }
  // Debian's releases are without Asterisk; the one of sid is what its users build.
  return { suite: process.env['E2E_ASTERISK_SUITE'] ?? 'sid', components: 'main', mirror }
}

function isWhole(root: string): boolean {
  return existsSync(join(root, 'usr/sbin/asterisk')) && modulesFolder(root) !== undefined
}

/** Inside the root, as `/usr/lib/x86_64-linux-gnu/asterisk/modules`. */
export function modulesFolder(root: string): string | undefined {
  const candidates = ['x86_64-linux-gnu/asterisk', 'aarch64-linux-gnu/asterisk', 'asterisk']
  const found = candidates.find((path) => existsSync(join(root, 'usr/lib', path, 'modules', 'chan_pjsip.so')))
  return found === undefined ? undefined : `/usr/lib/${found}/modules`
}

function run(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: setupWithinMs })
  if (status === 0) return undefined
  const words = (stderr ?? error?.message ?? '').trim().split('\n').slice(-3).join(' ')
  return `${program} ${args.slice(0, 8).join(' ')} failed: ${words}`
}
