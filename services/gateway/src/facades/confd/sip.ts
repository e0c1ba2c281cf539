import {
  extensions,
  Fault,
  lineAssociations,
  lines,
  pjsipSections,
  type RequestDefinition,
  registrars,
  sipEndpoints,
  sipGeneral,
  sipTemplates,
  sipTransports,
  trunks,
} from '@strowger/schema'
import { outcomeOf } from '../../rest/answer.ts'
import { createInputReader } from '../../rest/input.ts'
import { type Operation, pathFields, queryFields } from '../../rest/operation.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { answerList, columnsOf } from './listing.ts'

const ourPrefix = '/api/v1'
const prefix = '/api/confd/1.1'

/** What has the same bodies here and there: only the prefix differs, and how refusals read. */
const operations = [
  ...[sipEndpoints, sipTemplates].flatMap((one) => [one.list, one.get, one.create, one.update, one.delete]),
  ...Object.values(sipTransports),
  ...Object.values(registrars),
  ...Object.values(pjsipSections),
  ...Object.values(sipGeneral),
  ...Object.values(lines),
  ...Object.values(lineAssociations).filter((one) => one !== lineAssociations.credentials),
  ...Object.values(extensions),
  ...Object.values(trunks),
] as readonly unknown[] as readonly Operation[]

export const sipRoutes: readonly FacadeRoute[] = [
  ...operations.map((operation) => routeOf(operation, operation.rest.path)),
  // There a line is given to a user from the user’s side.
  ...[lineAssociations.putUser, lineAssociations.deleteUser].map((operation) =>
    routeOf(operation as unknown as Operation, `${ourPrefix}/users/{user_uuid}/lines/{id}`),
  ),
]

function routeOf(operation: Operation, path: string): FacadeRoute {
  const { method, permission } = operation.rest
  const readInput = createInputReader(operation)
  const known = queryFields(operation)

  const isList = columnsOf(operation) !== undefined
  const inPath = new Set(pathFields(operation).map((name) => `/${name}`))

  /** An address with an id that none can have leads nowhere. */
  function inputOf(received: Parameters<typeof readInput>[0]): unknown {
    try {
      return readInput(received)
    } catch (error) {
      if (error instanceof Fault && error.fields.some(({ field }) => inPath.has(field))) throw new Fault('not-found')
      throw error
    }
  }

  async function answer({ params, query, body, call }: Asked): Promise<FacadeAnswer> {
    const ask = (asked: Readonly<Record<string, string>>) => {
      // Clients send what the peer knows beside, and Python’s True.
      const taken = Object.entries(asked).filter(([name]) => known.has(name))
      const input = inputOf({
        params,
        query: Object.fromEntries(taken.map(([name, value]) => [name, value.replace(/^(?:True|False)$/, lowered)])),
        body: operation.rest.body === undefined ? undefined : (body ?? {}),
        ifMatch: undefined,
      })
      return call(operation as RequestDefinition<unknown, unknown>, input)
    }
    const output = isList ? await answerList(operation, query, ask as never) : await ask(query)
    const { status, headers } = outcomeOf(operation.rest, output)
    const { location, ...others } = headers
    return {
      // What goes on as a task is done as far as these clients can tell.
      status: status === 202 ? 204 : status,
      headers: { ...others, ...(location === undefined ? {} : { location: location.replace(ourPrefix, prefix) }) },
      ...(status === 204 || status === 202 ? {} : { body: withTheirLinks(output) }),
    }
  }

  return {
    method: method as FacadeRoute['method'],
    path: path.slice(ourPrefix.length).replaceAll(/\{(\w+)\}/g, ':$1'),
    permission,
    answer,
  }
}

/** Links lead to where scripts ask. */
function withTheirLinks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTheirLinks)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'href' && typeof inner === 'string' ? inner.replace(ourPrefix, prefix) : withTheirLinks(inner),
    ]),
  )
}

function lowered(text: string): string {
  return text.toLowerCase()
}
