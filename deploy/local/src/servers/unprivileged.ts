import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

type Command = readonly [string, ...string[]]

/** Turns a command into one that PostgreSQL, which refuses to be root, accepts. */
export type Unprivileged = (command: Command) => Command

/**
 * PostgreSQL refuses to run as root. When we are root there are two ways:
 *
 * 1. A user namespace in which we are another user. Outside of it the process is still root's, so it may enter a clone
 *    that lies in root's home (mode 0700), and the data belongs to root.
 * 2. Where the system forbids user namespaces (some containers): another uid, which needs the data to be its own
 *    and every folder above the data and the program to be open to it.
 *
 * @throws Error that says what to do, when neither is possible.
 */
export function unprivilegedWay(parts: { dataDir: string; program: string }): Unprivileged {
  if (process.getuid?.() !== 0) return (command) => command
  const { uid } = statSync(parts.dataDir)
  const user = knownUser()
  const inNamespace: Unprivileged = (command) => [
    'unshare',
    '--user',
    `--map-user=${user}`,
    '--map-group=1000',
    ...command,
  ]
  const [program, ...args] = inNamespace(['true'])
  if (uid === 0 && spawnSync(program, args).status === 0) return inNamespace
  return otherUser(parts, uid === 0 ? user : uid)
}

/** A user id that has a name on this system, which initdb insists on: a bare container has no user 1000. */
function knownUser(): number {
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const known = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    if (known.status === 0) return Number(known.stdout)
  }
  return 1_000
}

function otherUser({ dataDir, program }: { dataDir: string; program: string }, uid: number): Unprivileged {
  const wrap: Unprivileged = (command) => [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${uid}`,
    '--clear-groups',
    '--no-new-privs',
    ...command,
  ]
  chownTree(dataDir, uid)
  for (const test of [
    ['-x', program],
    ['-w', dataDir],
  ] as const) {
    const [name, ...args] = wrap(['test', ...test])
    if (spawnSync(name, args).status === 0) continue
    throw new Error(
      `PostgreSQL cannot run as root, this system forbids user namespaces, and uid ${uid} cannot reach ${test[1]}. ` +
        'Move the clone to a folder that other users may enter, run as another user, or set DATABASE_URL.',
    )
  }
  return wrap
}

function chownTree(path: string, uid: number): void {
  chownSync(path, uid, uid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) chownTree(child, uid)
    else if (!entry.isSymbolicLink()) chownSync(child, uid, uid)
  }
}
