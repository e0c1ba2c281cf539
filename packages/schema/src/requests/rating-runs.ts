import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { exampleRun, RatingRun, RunChange } from '../documents/rating-run.ts'
import { RatingScope } from '../documents/rating-scope.ts'
import { TaskDocument } from '../documents/task.ts'
import { Instant, ObjectId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'
import { exampleTask } from './tasks.ts'

const owner = 'rating' as const
const domain = 'rating-runs'
const path = '/api/v1/rating/runs'
const RunId = Type.Integer({ minimum: 1 })

export const createRun = defineRequest({
  domain,
  verb: 'create',
  owner,
  summary: 'Rates calls again, as a task; nothing counts until the run is published. Its task names the run',
  input: Type.Object({
    run: Type.Object({
      scope: RatingScope,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      knownAt: Type.Optional(
        Type.String({ maxLength: 30, description: 'By what was known at this instant. Default: by what is known now' }),
      ),
      publish: Type.Optional(Type.Boolean({ description: 'Publish it as soon as it is ready' })),
    }),
  }),
  output: Type.Object({ task: TaskDocument, run: RatingRun }),
  rest: { method: 'POST', path, success: 202, permission: 'write', body: 'run' },
  example: {
    input: { run: { scope: { nodes: ['acme'] }, reason: 'wrong deck in November' } },
    output: { task: { ...exampleTask, kind: 'rating.rerate', owner: 'rating' }, run: exampleRun },
  },
})

export const listRuns = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'Runs that rated calls again, the latest first',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id'])) }),
  output: Page(RatingRun),
  rest: { method: 'GET', path, success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleRun], total: 1 } },
})

export const getRun = defineRequest({
  domain,
  verb: 'get',
  owner,
  summary: 'One run: sums before and after by customer',
  input: Type.Object({ id: RunId }),
  output: RatingRun,
  errors: ['not-found'],
  rest: { method: 'GET', path: `${path}/{id}`, success: 200, permission: 'read' },
  example: { input: { id: 7 }, output: exampleRun },
})

export const listRunChanges = defineRequest({
  domain,
  verb: 'changes',
  owner,
  summary: 'The calls that a run rates otherwise than they are rated at present, the largest difference first',
  input: Type.Object({
    id: RunId,
    ...listParameters,
    order: Type.Optional(Type.Enum(['difference', 'at'])),
  }),
  output: Page(RunChange),
  errors: ['not-found', 'conflict'],
  deadlineMs: 20_000,
  rest: { method: 'GET', path: `${path}/{id}/changes`, success: 200, permission: 'read' },
  example: {
    input: { id: 7 },
    output: {
      items: [
        {
          key: '7d0f4f5e-9c8b-4a3d-8e2f-1a2b3c4d5e6f',
          at: '2026-11-21T09:30:00.000Z',
          node: 'acme-milan',
          called: '393471234567',
          before: { status: 'rated' as const, income: '0.0312', cost: '0.020805' },
          after: { status: 'rated' as const, income: '0.0351', cost: '0.020805' },
          adjusts: false,
        },
      ],
      total: 1,
    },
  },
})

const Switched = Type.Object({
  run: RatingRun,
  applied: Type.Boolean(),
  adjustments: Type.Integer({ description: 'Lines for the next invoices, for calls that are on a confirmed one' }),
})

export const publishRun = defineRequest({
  domain,
  verb: 'publish',
  owner,
  summary: 'From now on the amounts of this run count; the others stay and can be switched back to',
  input: Type.Object({ id: RunId, dryRun: Type.Optional(Type.Boolean()) }),
  output: Switched,
  errors: ['not-found', 'conflict'],
  deadlineMs: 30_000,
  rest: { method: 'POST', path: `${path}/{id}/publish`, success: 200, permission: 'write' },
  example: { input: { id: 7 }, output: { run: exampleRun, applied: true, adjustments: 0 } },
})

export const withdrawRun = defineRequest({
  domain,
  verb: 'withdraw',
  owner,
  summary: 'Switches back: the amounts of this run count no longer, those before it count again',
  input: Type.Object({ id: RunId, dryRun: Type.Optional(Type.Boolean()) }),
  output: Switched,
  errors: ['not-found', 'conflict'],
  deadlineMs: 30_000,
  rest: { method: 'POST', path: `${path}/{id}/withdraw`, success: 200, permission: 'write' },
  example: { input: { id: 7 }, output: { run: exampleRun, applied: true, adjustments: 0 } },
})

const Confirmation = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  node: ObjectId,
  from: Instant,
  to: Instant,
  name: Type.String(),
  currency: Type.String(),
  calls: Type.Integer(),
  income: Type.String(),
  at: Instant,
  actor: Type.String(),
})
const exampleConfirmation = {
  id: 3,
  node: 'acme',
  from: '2026-10-01T00:00:00.000Z',
  to: '2026-11-01T00:00:00.000Z',
  name: 'October',
  currency: 'EUR',
  calls: 120,
  income: '3.12',
  at: '2026-11-02T09:30:00.000Z',
  actor: 'admin',
}

export const createConfirmation = defineRequest({
  domain: 'rating-confirmations',
  verb: 'create',
  owner,
  summary: 'Confirms the amounts of a node and those below it for a period: they are never altered again',
  input: Type.Object({
    confirmation: Type.Object({
      node: ObjectId,
      from: Instant,
      to: Instant,
      name: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    dryRun: Type.Optional(Type.Boolean()),
  }),
  output: Type.Object({ confirmation: Confirmation, applied: Type.Boolean(), adjustments: Type.Integer() }),
  errors: ['not-found', 'conflict'],
  deadlineMs: 30_000,
  rest: {
    method: 'POST',
    path: '/api/v1/rating/confirmations',
    success: 201,
    permission: 'write',
    body: 'confirmation',
  },
  example: {
    input: {
      confirmation: { node: 'acme', from: exampleConfirmation.from, to: exampleConfirmation.to, name: 'October' },
    },
    output: { confirmation: exampleConfirmation, applied: true, adjustments: 0 },
  },
})

export const listConfirmations = defineRequest({
  domain: 'rating-confirmations',
  verb: 'list',
  owner,
  summary: 'Confirmed periods, the latest first',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id'])), node: Type.Optional(ObjectId) }),
  output: Page(Confirmation),
  rest: { method: 'GET', path: '/api/v1/rating/confirmations', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleConfirmation], total: 1 } },
})

const Adjustment = Type.Object({
  run: Type.Integer(),
  node: ObjectId,
  key: Type.String(),
  at: Instant,
  confirmation: Type.Integer(),
  currency: Type.String(),
  before: Type.String(),
  after: Type.String(),
  difference: Type.String(),
})

export const listAdjustments = defineRequest({
  domain: 'rating-adjustments',
  verb: 'list',
  owner,
  summary: 'Differences of confirmed calls that go to the next invoice',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['at'])), node: Type.Optional(ObjectId) }),
  output: Page(Adjustment),
  rest: { method: 'GET', path: '/api/v1/rating/adjustments', success: 200, permission: 'read' },
  example: {
    input: {},
    output: {
      items: [
        {
          run: 7,
          node: 'acme',
          key: '7d0f4f5e-9c8b-4a3d-8e2f-1a2b3c4d5e6f',
          at: '2026-10-21T09:30:00.000Z',
          confirmation: 3,
          currency: 'EUR',
          before: '0.0312',
          after: '0.0351',
          difference: '0.0039',
        },
      ],
      total: 1,
    },
  },
})

export const listAlarms = defineRequest({
  domain: 'rating-alarms',
  verb: 'list',
  owner,
  summary: 'Cost limits, unusual traffic, concurrent calls and extensions nobody has defined, the latest first',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['at'])), node: Type.Optional(ObjectId) }),
  output: Page(
    Type.Object({
      id: Type.Integer(),
      node: Type.String(),
      kind: Type.Enum(['cost-limit', 'unusual-traffic', 'concurrent-calls', 'undefined-extension']),
      from: Instant,
      to: Instant,
      limit: Type.String(),
      value: Type.String(),
      detail: Type.String(),
      at: Instant,
    }),
  ),
  rest: { method: 'GET', path: '/api/v1/rating/alarms', success: 200, permission: 'read' },
  example: {
    input: {},
    output: {
      items: [
        {
          id: 1,
          node: 'acme',
          kind: 'cost-limit' as const,
          from: '2026-11-01T00:00:00.000Z',
          to: '2026-12-01T00:00:00.000Z',
          limit: '100',
          value: '101.25',
          detail: '',
          at: '2026-11-21T09:30:00.000Z',
        },
      ],
      total: 1,
    },
  },
})
