import { problemResponses } from './open-api-operation.ts'

const text = (name: string, description: string, rest: object = {}) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema: { type: 'string' },
  ...rest,
})

const exampleStream = `retry: 2000

id: 4711.318
event: task
data: {"id":"3f6d2a9c1b7e4f508a6c2d1e9b3a5c7e","kind":"rendering.reconfigure","state":"running"}

id: 4711.319
event: device.updated
data: {"id":"reception","mac":"00:15:65:12:34:56","revision":13}
`

const events = {
  get: {
    operationId: 'events.listen',
    tags: ['events'],
    summary: 'What happens, as it happens: server-sent events',
    description: [
      'Needs the permission `read`; of a token with scopes `tasks:read` and `devices:read`, each for its topic.',
      'Events: `task` with the task as it now is; `device.created`, `device.updated`, `device.deleted` with the device; `reset` (`{"topic"}`) when',
      'more was missed than is held: read the lists anew. A comment every 15 s shows that the connection lives; it ends with the token.',
    ].join('\n'),
    parameters: [
      text('topics', 'Which ones, with commas between; absent: all', {
        schema: { type: 'array', items: { type: 'string', enum: ['tasks', 'devices'] } },
        style: 'form',
        explode: false,
      }),
      text('recurse', 'Also of the tenants below', { schema: { type: 'boolean' } }),
      text('last_event_id', 'As the header Last-Event-ID, where one cannot be sent'),
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'The `id` of the last event that came: what was missed is sent first',
        schema: { type: 'string' },
        example: '4711.319',
      },
      { $ref: '#/components/parameters/tenant' },
    ],
    responses: {
      200: {
        description: 'A stream that does not end by itself',
        headers: { 'X-Request-Id': { $ref: '#/components/headers/requestId' } },
        content: { 'text/event-stream': { schema: { type: 'string' }, example: exampleStream } },
      },
      ...problemResponses(['invalid-input', 'unauthenticated', 'forbidden', 'not-found', 'too-many-requests']),
    },
  },
}

const redirect = (status: number, description: string) => ({
  [status]: {
    description,
    headers: {
      Location: { schema: { type: 'string', format: 'uri' } },
      'Set-Cookie': { description: 'Ties the sign-in to this browser', schema: { type: 'string' } },
    },
  },
})

const signIn = {
  get: {
    operationId: 'sign-in.begin',
    tags: ['sign-in'],
    summary: 'Sends a browser to the OpenID provider; from there it comes back with a code that opens a session',
    description:
      'The code stands behind `#sign-in=` (a program on the machine of the browser gets it as `?sign-in=`). With it as `Authorization: Bearer`, `POST /api/v1/sessions` opens a session, once, within a minute.',
    security: [],
    parameters: [
      text('return_to', 'A path of this server, or http://127.0.0.1:<port>/… of a program that signs in', {
        schema: { type: 'string', default: '/' },
      }),
    ],
    responses: {
      ...redirect(302, 'To the provider'),
      ...problemResponses(['invalid-input', 'not-found', 'unavailable']),
    },
  },
}

const callback = {
  get: {
    operationId: 'sign-in.end',
    tags: ['sign-in'],
    summary: 'Where the OpenID provider sends the browser back to',
    security: [],
    parameters: [
      text('code', 'Of the provider'),
      text('state', 'As it was given to the provider'),
      text('error', 'Why the provider refuses'),
    ],
    responses: {
      ...redirect(303, 'To where it was to return, with the code'),
      ...problemResponses(['invalid-input', 'unauthenticated', 'forbidden', 'not-found', 'unavailable']),
    },
  },
}

const openApi = {
  get: {
    operationId: 'open-api.get',
    tags: ['documentation'],
    summary: 'This document',
    security: [],
    responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
  },
}

/** What REST answers besides the operations of the catalogue. */
export const otherPaths = {
  '/api/v1/events': events,
  '/api/v1/sign-in': signIn,
  '/api/v1/sign-in/callback': callback,
  '/api/v1/openapi.json': openApi,
}
