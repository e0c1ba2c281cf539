import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { Fault, sipUploadLimits } from '@strowger/schema'
import type { Seal } from '@strowger/service'
import type { SipSchema } from './tables.ts'

const system = { writer: { kind: 'system' } } as const
const partsKept = '1 day'
const pagesKept = '30 days'
/** Lines of a report in one row. */
export const pageLines = 1_000

export interface UploadedFile {
  readonly file: string
  readonly text: string
}

/** Files that came in parts, and what was made of every line. */
export function createImportStore({
  database,
  seal,
}: {
  database: Pick<Database<SipSchema>, 'inTenants'>
  seal: Seal
}) {
  const about = (tenant: string, upload: string, place: number) => `sip-import/${tenant}/${upload}/${place}`

  async function forgetOld(tx: TenantTransaction<SipSchema>): Promise<void> {
    await sql`delete from import_part where created_at < now() - ${partsKept}::interval`.execute(tx)
    await sql`delete from import_page where created_at < now() - ${pagesKept}::interval`.execute(tx)
  }

  return {
    /** Resolves to how many parts there are. @throws Fault `too-large` */
    async putPart(tenant: string, upload: string, place: number, { file, text }: UploadedFile): Promise<number> {
      const contents = seal.sealText(text, about(tenant, upload, place))
      return database.inTenants([tenant], system, async (tx) => {
        await forgetOld(tx)
        await sql`insert into import_part (tenant_id, upload, place, file, contents)
          values (${tenant}, ${upload}, ${place}, ${file}, ${contents})
          on conflict (tenant_id, upload, place) do update
          set file = excluded.file, contents = excluded.contents, created_at = now()`.execute(tx)
        const { rows } = await sql<{ parts: number; uploads: number }>`
          select count(*) filter (where upload = ${upload})::int as parts, count(distinct upload)::int as uploads
          from import_part where tenant_id = ${tenant}`.execute(tx)
        if ((rows[0]?.uploads ?? 0) > mostUploads)
          throw new Fault('too-large', { detail: `${mostUploads} uploads wait already; each is kept for a day` })
        return rows[0]?.parts ?? 0
      })
    },

    /** The files of an upload, the first first; empty when there is none. */
    async files(tenant: string, upload: string): Promise<UploadedFile[]> {
      const { rows } = await database.inTenants([tenant], {}, (tx) =>
        sql<{ place: number; file: string; contents: string }>`select place, file, contents from import_part
          where tenant_id = ${tenant} and upload = ${upload} order by place`.execute(tx),
      )
      const texts = new Map<string, string[]>()
      for (const { place, file, contents } of rows) {
        const pieces = texts.get(file) ?? []
        pieces.push(seal.openText(contents, about(tenant, upload, place)))
        texts.set(file, pieces)
      }
      return [...texts].map(([file, pieces]) => ({ file, text: pieces.join('') }))
    },

    async forgetParts(tenant: string, upload: string): Promise<void> {
      await database.inTenants([tenant], system, (tx) =>
        sql`delete from import_part where tenant_id = ${tenant} and upload = ${upload}`.execute(tx),
      )
    },

    /** @param pages each `pageLines` lines as JSON, but for the last */
    async keepReport(tenant: string, task: string, pages: readonly string[]): Promise<void> {
      await database.inTenants([tenant], system, async (tx) => {
        for (const [place, lines] of pages.entries())
          await sql`insert into import_page (tenant_id, task, place, lines)
            values (${tenant}, ${task}, ${place}, ${lines}::jsonb) on conflict do nothing`.execute(tx)
      })
    },

    /** @throws Fault `not-found` */
    async report<Line>(tenant: string, task: string, { limit, offset, ...filter }: ReportQuery) {
      return database.inTenants([tenant], {}, async (tx) => {
        const ofTask = sql<boolean>`tenant_id = ${tenant} and task = ${task}`
        const { rows: counted } = await sql<{ total: number; pages: number }>`
          select coalesce(sum(jsonb_array_length(lines)), 0)::int as total, count(*)::int as pages
          from import_page where ${ofTask}`.execute(tx)
        const { total = 0, pages = 0 } = counted[0] ?? {}
        if (pages === 0) throw new Fault('not-found', { detail: `There is no report of an import ${task}` })
        if (filter.outcome !== undefined || filter.search !== undefined) {
          const { rows } = await sql<{ line: Line; total: number }>`
            select line, count(*) over ()::int as total
            from import_page, jsonb_array_elements(lines) with ordinality as each (line, number)
            where ${ofTask} and (${filter.outcome ?? null}::text is null or line ->> 'outcome' = ${filter.outcome ?? null})
              and strpos(lower(concat_ws(' ', line ->> 'file', line ->> 'text', line ->> 'what')),
                lower(${filter.search ?? ''})) > 0
            order by place, number limit ${limit} offset ${offset}`.execute(tx)
          return { items: rows.map(({ line }) => line), total: rows[0]?.total ?? 0 }
        }
        const [first, last] = [offset, offset + limit - 1].map((line) => Math.floor(line / pageLines))
        const { rows } = await sql<{ lines: Line[] }>`select lines from import_page
          where ${ofTask} and place between ${first} and ${last} order by place`.execute(tx)
        const from = offset - (first ?? 0) * pageLines
        return { items: rows.flatMap(({ lines }) => lines).slice(from, from + limit), total }
      })
    },
  }
}

interface ReportQuery {
  readonly limit: number
  readonly offset: number
  readonly outcome?: string | undefined
  /** Part of file, line or what it became. */
  readonly search?: string | undefined
}

const mostUploads = sipUploadLimits.uploads

export type ImportStore = ReturnType<typeof createImportStore>
