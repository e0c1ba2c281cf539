import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../failure.ts'
import { type ArchiveEntry, archive } from '../support/archive.ts'
import { gatewayReport } from '../support/gateway-report.ts'
import { localInstallation } from '../support/local-installation.ts'
import { createRedactor } from '../support/redact.ts'
import { type Tool, withExamples } from '../tool.ts'

export function addSupportBundle(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('support-bundle [file]')
      .description('writes what helps others to help: versions, health, metrics, settings, logs, counts; no secrets')
      .action(async (named: string | undefined) => {
        const now = new Date()
        const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
        const file = resolve(named ?? `strowger-support-${stamp}.tar.gz`)
        if (existsSync(file)) throw new Failure(`${file} is there already`)
        const { entries, secrets } = await gathered(tool)
        const redact = createRedactor(secrets)
        const folder = `strowger-support-${stamp}`
        const clean = entries.map(({ name, text }) => ({ name: `${folder}/${name}`, text: redact(text) }))
        writeFileSync(file, archive(clean, now.getTime()), { mode: 0o600, flag: 'wx' })
        const result = { file, entries: entries.map(({ name }) => name) }
        tool.show(result, () => [
          `Wrote ${file}:`,
          ...result.entries.map((name) => `  ${name}`),
          'Secrets were removed. It names addresses, devices and people: look at it before you give it away.',
        ])
      }),
    ['strowger support-bundle', 'strowger support-bundle /tmp/for-support.tar.gz'],
  )
}

async function gathered(tool: Tool): Promise<{ entries: ArchiveEntry[]; secrets: string[] }> {
  const { around } = tool
  const secrets = [around.env['STROWGER_TOKEN'] ?? '']
  const entries: ArchiveEntry[] = [
    { name: 'versions.json', text: `${JSON.stringify(versions(around.cloneRoot), undefined, 2)}\n` },
  ]
  const local = localInstallation(around)
  if (local !== undefined) {
    secrets.push(...local.secrets())
    entries.push(...(await local.entries()))
  }
  try {
    const client = await tool.client()
    secrets.push(client.session.token)
    entries.push(...(await gatewayReport(client)))
  } catch (error) {
    // Just when something is wrong it must be made.
    if (!(error instanceof Failure)) throw error
    entries.push({ name: 'problems.txt', text: `${error.message}\n` })
  }
  return { entries, secrets }
}

function versions(cloneRoot: string): object {
  const read = (...names: string[]) => {
    const file = join(cloneRoot, ...names)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  const manifest = read('package.json')
  const head = read('.git', 'HEAD')?.trim()
  const reference = /^ref: (.+)$/.exec(head ?? '')?.[1]
  return {
    strowger: manifest === undefined ? null : (JSON.parse(manifest) as { version?: string }).version,
    commit: (reference === undefined ? head : read('.git', ...reference.split('/'))?.trim()) ?? null,
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    distribution: /^PRETTY_NAME="(.*)"$/m.exec(readOs() ?? '')?.[1] ?? null,
  }
}

function readOs(): string | undefined {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return undefined
  }
}
