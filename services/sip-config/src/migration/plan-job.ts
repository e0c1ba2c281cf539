import { basename, dirname, join } from 'node:path'
import { type MigrationPlan, planPjsipConf, planSipConf, type ReadIncluded, type ReportLine } from '@strowger/asterisk'
import { filePattern } from './file-pattern.ts'

/** What is read, and how; nothing of it is looked for anywhere else. */
export interface PlanJob {
  readonly format: 'sip.conf' | 'pjsip.conf' | undefined
  readonly file: string
  readonly text: string
  readonly users: string | undefined
  /** What `#include` may name. */
  readonly included: readonly { readonly file: string; readonly text: string }[]
  readonly isOfTenant: boolean
  /** Lines of the report in one page. */
  readonly pageLines: number
}

/** A plan with its report in pages, as JSON: so they are kept, and cost a thread little to hand over. */
export interface PlannedImport {
  readonly plan: Omit<MigrationPlan, 'report'>
  readonly pages: readonly string[]
  readonly reportLines: number
  readonly droppedLines: number
  /** The first of those that are not taken over. */
  readonly dropped: readonly ReportLine[]
}

/** Of what was dropped: a task is kept in a small document. */
const shownDropped = 200

/** Pure. */
export function planJob({ format, file, text, users, included, isOfTenant, pageLines }: PlanJob): PlannedImport {
  const read: ReadIncluded = (name) => {
    const pattern = filePattern(name)
    const found = included.filter((each) => pattern.test(each.file) || pattern.test(join(dirname(file), each.file)))
    if (found.length > 0) return found.sort((one, other) => (one.file < other.file ? -1 : 1))
    // Sent from another folder than the one in which Asterisk has it.
    return included.filter((each) => basename(each.file) === basename(name)).slice(0, 1)
  }
  const { report, ...plan } = isPjsip(format, file, text)
    ? planPjsipConf({ file, text, read, isOfTenant })
    : planSipConf({
        file,
        text,
        read,
        isOfTenant,
        ...(users === undefined ? {} : { users: { file: 'users.conf', text: users } }),
      })
  const dropped = report.filter(({ outcome }) => outcome !== 'taken over')
  const pages: string[] = []
  for (let at = 0; at < report.length; at += pageLines) pages.push(storable(report.slice(at, at + pageLines)))
  return {
    plan,
    pages,
    reportLines: report.length,
    droppedLines: dropped.length,
    dropped: dropped.slice(0, shownDropped),
  }
}

/** As jsonb can hold it: neither NUL nor half a character. */
function storable(lines: readonly ReportLine[]): string {
  return JSON.stringify(lines).replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\ufffd')
}

function isPjsip(format: PlanJob['format'], file: string, text: string): boolean {
  if (format !== undefined) return format === 'pjsip.conf'
  return /pjsip/.test(basename(file)) || /^\s*type\s*=>?\s*(?:endpoint|aor|auth)\b/m.test(text)
}
