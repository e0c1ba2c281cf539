import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { isWholeServer, pjsipText, type ReportLine } from '@strowger/asterisk'
import type { Bus, CallContext } from '@strowger/bus'
import { sipMigration } from '@strowger/schema'
import type { Tasks } from '@strowger/service'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import type { DesiredObject, DesiredObjects } from '../desired-object.ts'
import { type AppliedItem, applyPlan } from '../migration/apply-plan.ts'
import { importJob, type Source } from '../migration/import-source.ts'
import { planInThread } from '../migration/plan-in-thread.ts'
import type { PlannedImport } from '../migration/plan-job.ts'
import type { Scopes } from '../scope.ts'
import type { ImportStore } from '../store/imports.ts'
import type { Ledgers } from '../store/ledger.ts'
import { ensureTenantTemplates } from '../tenant-templates.ts'

const keptResults = 3
/** Of what was refused: a task is kept in a small document. */
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
    imports: ImportStore
    /** The file of the settings that is offered. */
    offered: string | undefined
    defaultAsteriskId: string
  },
): void {
  const { ledgers, writes, scopes, desired, tasks, imports, offered, defaultAsteriskId } = parts
  const results = createRecentResults()

  async function planOf(source: Source, context: CallContext) {
    const { tenant } = scopes.of(context)
    const isOfTenant = !scopes.isInstallation(tenant)
    const mayReadFiles = () => void scopes.ofInstallation(context)
    return planInThread(await importJob(source, { tenant, isOfTenant, store: imports, offered, mayReadFiles }))
  }

  async function carryOut(
    { plan }: PlannedImport,
    context: CallContext,
    { dryRun, ...more }: { dryRun: boolean; progress?: (done: number, of: number) => void },
  ): Promise<Pick<Result, 'applied' | 'counts' | 'items'>> {
    const { person, tenant } = scopes.of(context)
    await ensureTenantTemplates(ledgers, tenant)
    const items = await applied(async () =>
      ledgers.write(person, [tenant], async (ledger) => {
        const done = await applyPlan(ledger, plan, { tenant, writes, ...more })
        if (dryRun) throw new DryRun(done)
        return done
      }),
    )
    const counts = { added: 0, changed: 0, same: 0, refused: 0 }
    for (const { outcome } of items) counts[outcome] += 1
    return { applied: !dryRun, counts, items }
  }

  bus.reply(sipMigration.import, async ({ source, dryRun = false, limit = 1_000, offset = 0 }, { context }) => {
    const { tenant } = scopes.of(context)
    let result = offset > 0 && dryRun ? results.of(tenant, source) : undefined
    if (result === undefined) {
      const planned = await planOf(source, context)
      const report = planned.pages.flatMap((page) => JSON.parse(page) as ReportLine[])
      result = { ...(await carryOut(planned, context, { dryRun })), report, remarks: [...planned.plan.remarks] }
      results.keep(tenant, source, result)
    }
    const { items, report, ...more } = result
    return {
      ...more,
      items: items.slice(offset, offset + limit),
      item_count: items.length,
      report: report.slice(offset, offset + limit),
      report_lines: report.length,
    }
  })

  bus.reply(sipMigration.start, async ({ source, dryRun = false }, { context }) => {
    const { tenant } = scopes.of(context)
    // What cannot be read at all is said at once.
    const mayReadFiles = () => void scopes.ofInstallation(context)
    await importJob(source, { tenant, isOfTenant: true, store: imports, offered, mayReadFiles })
    const parts = { kind: 'sip-config.import', tenant, actor: context.actor, input: { file: source.file, dryRun } }
    return tasks.start(parts, async (task) => {
      const progress = (done: number, of: number) => {
        task.signal.throwIfAborted()
        task.progress(done, of, 'steps')
      }
      const planned = await planOf(source, context)
      await imports.keepReport(tenant, task.id, planned.pages)
      const { items, ...result } = await carryOut(planned, context, { dryRun, progress })
      const refused = items.filter(({ outcome }) => outcome === 'refused')
      if (source.upload !== undefined && !dryRun) await imports.forgetParts(tenant, source.upload)
      return {
        ...result,
        item_count: items.length,
        refused: refused.slice(0, shownInTask),
        report_lines: planned.reportLines,
        dropped_lines: planned.droppedLines,
        dropped: planned.dropped,
        remarks: planned.plan.remarks.slice(0, shownInTask),
      }
    })
  })

  bus.reply(sipMigration.report, ({ task, limit = 100, offset = 0, ...filter }, { context }) =>
    imports.report<ReportLine>(scopes.of(context).tenant, task, { limit, offset, ...filter }),
  )

  bus.reply(sipMigration.upload, async ({ upload, place, part }, { context }) => ({
    parts: await imports.putPart(scopes.of(context).tenant, upload, place, part),
  }))

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
      const ofServer = isWholeServer(type)
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
