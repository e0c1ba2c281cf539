import type { Bus, CallContext } from '@strowger/bus'
import { type ChangeSet, changeAreas, Fault, type Permission, type RowChange } from '@strowger/schema'
import { mayDo } from './access/grant.ts'

/** A change set and whose it is. */
export type AreaChangeSet = ChangeSet & { readonly area: string }

interface Query {
  readonly search?: string
  readonly actor?: string
  readonly request?: string
  readonly since?: string
  readonly until?: string
  readonly recurse?: boolean
  readonly direction?: 'asc' | 'desc'
  readonly limit?: number
  readonly offset?: number
}

/** The change sets of all areas together. Each lies with its owner; nothing is kept twice. */
export interface ChangeIndex {
  /**
   * Areas that `permission` may look into, newest first unless asked for the other way. `away` names those whose owner
   * did not answer: they are missing from the page and from the total.
   * @throws Fault `too-large` for a page that ends beyond the 1,000th
   */
  list(
    query: Query,
    asked: { context: CallContext; permission: Permission; deadline: number },
  ): Promise<{ items: AreaChangeSet[]; total: number; away: string[] }>
  /** Those that one request made, with what they changed in each row. */
  ofRequest(
    request: string,
    context: CallContext,
    deadline: number,
  ): Promise<{ changeSets: (AreaChangeSet & { changes: RowChange[] })[]; away: string[] }>
}

/** As many as one owner gives on one page. */
const deepest = 1_000

export function createChangeIndex(bus: Pick<Bus, 'request'>): ChangeIndex {
  /** What each area answers; those whose owner is away by name. */
  async function ofAreas<T>(
    permission: Permission,
    ask: (area: (typeof changeAreas)[string], name: string) => Promise<T>,
  ): Promise<{ answers: T[]; away: string[] }> {
    const away: string[] = []
    const asked = Object.entries(changeAreas).filter(([, { list }]) =>
      mayDo(permission, list.rest?.permission ?? 'admin'),
    )
    const answers = await Promise.all(
      asked.map(async ([name, area]) => {
        try {
          return [await ask(area, name)]
        } catch (error) {
          if (!(error instanceof Fault) || !['unavailable', 'deadline-exceeded'].includes(error.code)) throw error
          away.push(name)
          return []
        }
      }),
    )
    return { answers: answers.flat(), away: away.sort() }
  }

  async function list(query: Query, asked: { context: CallContext; permission: Permission; deadline: number }) {
    const { limit = 100, offset = 0, direction = 'desc', ...chosen } = query
    const end = offset + limit
    if (end > deepest) {
      throw new Fault('too-large', {
        detail: `Over all areas the first ${deepest} can be paged; narrow it by since, until, actor or request, or ask one area`,
      })
    }
    const { answers, away } = await ofAreas(asked.permission, async ({ list: listArea }, area) => {
      const page = await bus.request(listArea, { ...chosen, direction, limit: end, offset: 0 }, asked.context, {
        deadline: asked.deadline,
      })
      return { total: page.total, items: page.items.map((set) => ({ area, ...set })) }
    })
    const sign = direction === 'asc' ? 1 : -1
    const items = answers
      .flatMap((page) => page.items)
      .sort(
        (one, other) =>
          sign * (one.at.localeCompare(other.at) || one.area.localeCompare(other.area) || one.id - other.id),
      )
    return {
      items: items.slice(offset, end),
      total: answers.reduce((sum, { total }) => sum + total, 0),
      away,
    }
  }

  return {
    list,
    async ofRequest(request, context, deadline) {
      const { answers, away } = await ofAreas('admin', async (area, name) => {
        const { items } = await bus.request(area.list, { request, recurse: true, limit: 100 }, context, { deadline })
        return Promise.all(
          items.map(async ({ id }) => ({
            area: name,
            ...(await bus.request(area.get, { id }, context, { deadline })),
          })),
        )
      })
      const changeSets = answers.flat().sort((one, other) => one.at.localeCompare(other.at))
      return { changeSets, away }
    },
  }
}
