import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import {
  type MigrationPlan,
  pjsipText,
  planPjsipConf,
  planSipConf,
  type ReadIncluded,
  type ReportLine,
} from '@strowger/asterisk'
import type { Bus, CallContext } from '@strowger/bus'
import { Fault, sipMigration } from '@strowger/schema'
import type { Tasks } from '@strowger/service'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import type { DesiredObject, DesiredObjects } from '../desired-object.ts'
import { type AppliedItem, applyPlan } from '../migration/apply-plan.ts'
import type { Scopes } from '../scope.ts'
import type { Ledgers } from '../store/ledger.ts'
import { ensureTenantTemplates } from '../tenant-templates.ts'

const keptResults = 3
/** Of what was refused, and of what was dropped: a task is kept in a small document. */
const shownInTask = 200

/** Rolls the transaction of a dry run back and carries out what it would have done. */
class DryRun extends Error {
  readonly items: AppliedItem[]
  constructor(items: AppliedItem[]) {
    super('dry run')
    this.items = items
  }
}

/** Takes over a sip.conf or a pjsip.conf, and prints a pjsip.conf. */
export function answerMigration(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    writes: ConfigurationWrites
    scopes: Scopes
    desired: DesiredObjects
    tasks: Tasks
    /** The file of the settings that is offered. */
    offered: string | undefined
    defaultAsteriskId: string
  },
): void {
  const { ledgers, writes, scopes, desired, tasks, offered, defaultAsteriskId } = parts
  const results = createRecentResults()

  async function carryOut(
    source: Source,
    context: CallContext,
    how: { dryRun: boolean; progress?: (done: number, of: number) => void },
  ): Promise<Result> {
    const { person, tenant } = scopes.of(context)
    const plan = planOf(source, offered, () => void scopes.ofInstallation(context))
    await ensureTenantTemplates(ledgers, tenant)
    const { dryRun, ...more } = how
    const items = await applied(async () =>
      ledgers.write(person, [tenant], async (ledger) => {
        const done = await applyPlan(ledger, plan, { tenant, writes, ...more })
        if (dryRun) throw new DryRun(done)
        return done
      }),
    )
    const counts = { added: 0, changed: 0, same: 0, refused: 0 }
    for (const { outcome } of items) counts[outcome] += 1
    const result = { applied: !dryRun, counts, items, report: plan.report, remarks: [...plan.remarks] }
    results.keep(tenant, source, result)
    return result
  }

  bus.reply(sipMigration.import, async ({ source, dryRun = false, limit = 1_000, offset = 0 }, { context }) => {
    const { tenant } = scopes.of(context)
    const recent = offset > 0 && dryRun ? results.of(tenant, source) : undefined
    const { items, report, ...result } = recent ?? (await carryOut(source, context, { dryRun }))
    return {
      ...result,
      items: items.slice(offset, offset + limit),
      item_count: items.length,
      report: report.slice(offset, offset + limit),
      report_lines: report.length,
    }
  })

  bus.reply(sipMigration.start, async ({ source, dryRun = false }, { context }) => {
    const { tenant } = scopes.of(context)
    // What cannot be read at all is said at once.
    planOf(source, offered, () => void scopes.ofInstallation(context))
    const parts = { kind: 'sip-config.import', tenant, actor: context.actor, input: { file: source.file, dryRun } }
    return tasks.start(parts, async (task) => {
      const progress = (done: number, of: number) => {
        task.signal.throwIfAborted()
        task.progress(done, of, 'steps')
      }
      const { items, report, ...result } = await carryOut(source, context, { dryRun, progress })
      const refused = items.filter(({ outcome }) => outcome === 'refused')
      const dropped = report.filter(({ outcome }) => outcome !== 'taken over')
      return {
        ...result,
        item_count: items.length,
        refused: refused.slice(0, shownInTask),
        report_lines: report.length,
        dropped_lines: dropped.length,
        dropped: dropped.slice(0, shownInTask),
      }
    })
  })

  bus.reply(sipMigration.offer, async (_input, { context }) => {
    scopes.ofInstallation(context)
    if (offered === undefined) return {}
    try {
      return { file: offered, bytes: statSync(offered).size }
    } catch {
      return {}
    }
  })

  bus.reply(sipMigration.export, async ({ asterisk_id: asteriskId, limit = 500, offset = 0 }, { context }) => {
    const { tenant } = scopes.of(context)
    const scope = scopes.of(context).listed(true)
    const isRoot = scopes.isInstallation(tenant)
    const names = new Map<string, DesiredObject[]>()
    for (const [type, objects] of desired.desiredObjects(asteriskId ?? defaultAsteriskId)) {
      const ofServer = type === 'transport' || type === 'global' || type === 'system'
      for (const object of objects.values()) {
        if (ofServer ? !isRoot : !scope.has(object.tenant)) continue
        const key = `${ofServer ? 0 : 1} ${object.id}`
        names.set(key, [...(names.get(key) ?? []), object])
      }
    }
    const sorted = [...names.keys()].sort()
    const page = sorted.slice(offset, offset + limit).flatMap((name) => names.get(name) ?? [])
    const text = pjsipText(page)
    // The first page has the line that says what it is.
    return {
      text: offset === 0 ? text : text.slice(text.indexOf('\n') + 1),
      names: Math.min(limit, sorted.length - offset),
      total: sorted.length,
    }
  })
}

interface Result {
  readonly applied: boolean
  readonly counts: { added: number; changed: number; same: number; refused: number }
  readonly items: readonly AppliedItem[]
  readonly report: readonly ReportLine[]
  readonly remarks: string[]
}

/** The last results, so that further pages of a report need not be worked out again. */
function createRecentResults() {
  const held = new Map<string, Result>()
  const keyOf = (tenant: string, source: Source) =>
    createHash('sha256')
      .update(`${tenant} ${JSON.stringify(source)}`)
      .digest('base64url')
  return {
    of: (tenant: string, source: Source) => held.get(keyOf(tenant, source)),
    keep(tenant: string, source: Source, result: Result): void {
      const key = keyOf(tenant, source)
      held.delete(key)
      held.set(key, result)
      for (const oldest of held.keys()) if (held.size > keptResults) held.delete(oldest)
    },
  }
}

async function applied(work: () => Promise<AppliedItem[]>): Promise<AppliedItem[]> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DryRun) return error.items
    throw error
  }
}

interface Source {
  readonly format?: 'sip.conf' | 'pjsip.conf'
  readonly file?: string
  readonly text?: string
  readonly users?: string
  readonly included?: Readonly<Record<string, string>>
}

/** @param mayReadFiles throws when who asks may not have the file of the settings read */
function planOf(source: Source, offered: string | undefined, mayReadFiles: () => void): MigrationPlan {
  const { text, users, included = {} } = source
  if (text !== undefined) {
    const file = basename(source.file ?? 'sip.conf')
    const read: ReadIncluded = (name) =>
      Object.entries(included)
        .filter(([path]) => path === name || basename(path) === basename(name))
        .map(([path, contents]) => ({ file: path, text: contents }))
    return isPjsip(source.format, file, text)
      ? planPjsipConf({ file, text, read })
      : planSipConf({
          file,
          text,
          read,
          ...(users === undefined ? {} : { users: { file: 'users.conf', text: users } }),
        })
  }
  mayReadFiles()
  if (offered === undefined)
    throw new Fault('invalid-input', { detail: 'No text was given, and SIP_IMPORT_FILE names no file' })
  const contents = contentsOf(offered)
  const folder = dirname(offered)
  const read: ReadIncluded = (name) => filesNamed(isAbsolute(name) ? name : join(folder, name), folder)
  return isPjsip(source.format, offered, contents)
    ? planPjsipConf({ file: offered, text: contents, read })
    : planSipConf({ file: offered, text: contents, read })
}

function isPjsip(format: Source['format'], file: string, text: string): boolean {
  if (format !== undefined) return format === 'pjsip.conf'
  return /pjsip/.test(basename(file)) || /^\s*type\s*=>?\s*(?:endpoint|aor|auth)\b/m.test(text)
}

function contentsOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('invalid-input', { detail: `${path} cannot be read: ${(error as { code?: string }).code ?? ''}` })
  }
}

/** Files of an `#include`, with `*` in the name of the file; only in the folder of the file that was named, or below. */
function filesNamed(path: string, within: string): { file: string; text: string }[] {
  const folder = dirname(path)
  if (!`${folder}/`.startsWith(`${within}/`)) return []
  const pattern = new RegExp(
    `^${basename(path)
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => ({ file: join(folder, name), text: contentsOf(join(folder, name)) }))
  } catch {
    return []
  }
}
