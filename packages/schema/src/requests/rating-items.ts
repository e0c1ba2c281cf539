import Type, { type TObject } from 'typebox'
import { defineRequest } from '../definition.ts'
import { exampleItem, ItemOf, ratingItemKinds } from '../documents/rating-items.ts'
import { UsedBy } from '../documents/rating-scope.ts'
import { ObjectId, Revision } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rating' as const

/** Any fields here: which ones a kind has is checked by its schema. */
type Body = Readonly<Record<string, unknown>>

/** The five operations on one kind of item. */
function itemRequests<const Kind extends keyof typeof ratingItemKinds>(kind: Kind) {
  const { path: word, title, schema, example } = ratingItemKinds[kind]
  const fields = (schema as TObject).properties
  const Item = Type.Unsafe<{ id: string; tenant: string; revision: number } & Body>(ItemOf(fields))
  const domain = `rating-${word}`
  const path = `/api/v1/rating/${word}`
  const id = { id: ObjectId }
  const exampleId = 'acme-milan'
  const shown = { id: exampleId, ...exampleItem, ...example }
  const Changed = Type.Object({ item: Item, applied: Type.Boolean(), usedBy: UsedBy })
  const unused = { calls: 0, first: null, last: null, rerate: null }
  const change = {
    ifRevision: Type.Optional(Revision),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Say what would change and which calls used it; change nothing' }),
    ),
  }
  return {
    list: defineRequest({
      domain,
      verb: 'list',
      owner,
      summary: `Every ${title}`,
      input: Type.Object({
        ...listParameters,
        order: Type.Optional(Type.Enum(['id', 'name', 'updatedAt'])),
      }),
      output: Page(Item),
      rest: { method: 'GET', path, success: 200, permission: 'read' },
      example: { input: {}, output: { items: [shown], total: 1 } as never },
    }),
    get: defineRequest({
      domain,
      verb: 'get',
      owner,
      summary: `One ${title}`,
      input: Type.Object(id),
      output: Item,
      errors: ['not-found'],
      rest: { method: 'GET', path: `${path}/{id}`, success: 200, permission: 'read' },
      example: { input: { id: exampleId }, output: shown as never },
    }),
    create: defineRequest({
      domain,
      verb: 'create',
      owner,
      summary: `Adds a ${title}; without an id it is given one`,
      input: Type.Object({
        item: Type.Unsafe<{ id?: string } & Body>(Type.Object({ id: Type.Optional(ObjectId), ...fields })),
        dryRun: change.dryRun,
      }),
      output: Changed,
      errors: ['conflict'],
      deadlineMs: 20_000,
      rest: { method: 'POST', path, success: 201, permission: 'write', body: 'item' },
      example: {
        input: { item: { id: exampleId, ...example } as never },
        output: { item: shown as never, applied: true, usedBy: unused },
      },
    }),
    put: defineRequest({
      domain,
      verb: 'put',
      owner,
      summary: `Writes a ${title} as a whole; history of what held when stays as it is given`,
      input: Type.Object({ ...id, item: Type.Unsafe<Body>(Type.Object(fields)), ...change }),
      output: Changed,
      errors: ['not-found', 'conflict', 'stale-revision'],
      deadlineMs: 20_000,
      rest: { method: 'PUT', path: `${path}/{id}`, success: 200, permission: 'write', body: 'item' },
      example: {
        input: { id: exampleId, item: example as never },
        output: { item: shown as never, applied: true, usedBy: { ...unused } },
      },
    }),
    remove: defineRequest({
      domain,
      verb: 'delete',
      owner,
      summary: `Removes a ${title} that nothing else names`,
      input: Type.Object({ ...id, ...change }),
      output: Type.Object({ applied: Type.Boolean(), usedBy: UsedBy }),
      errors: ['not-found', 'in-use', 'stale-revision'],
      deadlineMs: 20_000,
      rest: { method: 'DELETE', path: `${path}/{id}`, success: 200, permission: 'write' },
      example: { input: { id: exampleId }, output: { applied: true, usedBy: unused } },
    }),
  }
}

export const ratingItems = {
  node: itemRequests('node'),
  vendor: itemRequests('vendor'),
  plan: itemRequests('plan'),
  deck: itemRequests('deck'),
  calendar: itemRequests('calendar'),
  currency: itemRequests('currency'),
  tax: itemRequests('tax'),
  allowance: itemRequests('allowance'),
  portability: itemRequests('portability'),
  source: itemRequests('source'),
}
