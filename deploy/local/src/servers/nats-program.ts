import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Path of nats-server: on the PATH (and where Debian puts it, which is not on every user's), else in `bin`, else
 * fetched into it from the system's own package sources, which needs neither root nor touches the system.
 * @throws Error with the one command that helps, where the system has no apt or no such package.
 */
export function natsProgram(bin: string, environment: NodeJS.ProcessEnv, say: (text: string) => void): string {
  return installedNats(bin, environment) ?? fetchNats(bin, say)
}

/** Where nats-server is, if it is anywhere. */
function installedNats(bin: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', bin]
  return folders.map((folder) => join(folder, 'nats-server')).find(isExecutable)
}

/** Fetches Debian's package and unpacks the program into `bin`. */
function fetchNats(bin: string, say: (text: string) => void): string {
  say('fetching nats-server from the package sources of this system')
  mkdirSync(bin, { recursive: true, mode: 0o700 })
  const work = mkdtempSync(join(bin, 'fetch-'))
  try {
    const own = ownAptFolders(work)
    // The lists that the system has will often do; else our own are made, as the system's belong to root.
    const fetched =
      apt(work, [], ['download', 'nats-server']) ||
      (apt(work, own, ['update']) && apt(work, own, ['download', 'nats-server']))
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'))
    if (!fetched || archive === undefined) throw new Error(help)
    if (spawnSync('dpkg', ['-x', archive, 'unpacked'], { cwd: work }).status !== 0) throw new Error(help)
    const program = ['usr/sbin', 'usr/bin']
      .map((folder) => join(work, 'unpacked', folder, 'nats-server'))
      .find(isExecutable)
    if (program === undefined) throw new Error(help)
    const target = join(bin, 'nats-server')
    renameSync(program, target)
    chmodSync(target, 0o755)
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const help =
  'nats-server was not found and could not be fetched. Install it (`apt-get install nats-server`), put it on the PATH, or set NATS_URL.'

function ownAptFolders(work: string): string[] {
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, folder), { recursive: true })
  return ['-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${join(work, 'cache')}`]
}

function apt(work: string, folders: readonly string[], command: readonly string[]): boolean {
  // As root apt would hand the download to a user who may not enter our folder.
  const args = ['-q', '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1', ...folders, ...command]
  return spawnSync('apt-get', args, { cwd: work, stdio: 'ignore', timeout: 120_000 }).status === 0
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
