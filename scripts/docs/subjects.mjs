import { catalogue } from '../../packages/schema/dist/index.js'
import { anchor, byName, code, codes, json, page, table } from './page.mjs'
import { fieldsTable, typeText } from './schema-text.mjs'

const requests = [...catalogue.requests].sort(byName(({ subject }) => subject))
const events = [...catalogue.events].sort(byName(({ subject }) => subject))
const restText = ({ rest }) => (rest ? code(`${rest.method} ${rest.path}`) : '')

/** Every request and event of the house. */
export function subjectsPage() {
  return page(
    'Subjects',
    'What the services say to each other over NATS. A request is asked on its subject and answered by one member of its owner’s queue group. An event is kept by a stream; the tenant is the last token of its subject. Messages are JSON. What a document holds is in [documents.md](documents.md), what a service may use in [permissions.md](permissions.md).',
    '## Requests',
    table(
      ['subject', 'owner', 'summary', 'REST'],
      requests.map((request) => [link(request), request.owner, request.summary, restText(request)]),
    ),
    '## Events',
    table(
      ['subject', 'owner', 'readers', 'summary'],
      events.map((event) => [link(event), event.owner, event.readers.join(', '), event.summary]),
    ),
    requests.map(requestBlocks),
    events.map(eventBlocks),
  )
}

const link = ({ subject }) => `[${code(subject)}](#${anchor(subject)})`

function requestBlocks(request) {
  const { subject, summary, owner, callers, deadlineMs, errors, rest, forwardsTo, carries, input, output, example } =
    request
  const facts = [
    ['owner', owner],
    ['callers', callers.join(', ')],
    ['deadline', `${deadlineMs.toLocaleString('en')} ms`],
    ['errors', codes(errors)],
    ...(forwardsTo ? [['forwarded to', `${code(forwardsTo)}, whose owner answers the caller`]] : []),
    ...(rest
      ? [['REST', `${restText(request)} → ${rest.success}; needs the permission ${code(rest.permission)}`]]
      : []),
    ...(rest?.body ? [['REST body', `the field ${code(rest.body)}`]] : []),
  ]
  const bytes = carries === 'bytes' ? 'The bytes of the file stand beside the JSON of the answer.' : ''
  return [
    `## ${subject}`,
    `${summary}.`,
    table(['', ''], facts),
    '**Question**',
    fieldsTable(input) || 'Nothing.',
    '**Answer**',
    answerText(output),
    bytes,
    '**Example**',
    json(example.input),
    json(example.output),
  ]
}

/** A document by its name; another object by its fields. */
function answerText(output) {
  const text = typeText(output)
  return text.startsWith('[') ? text : fieldsTable(output) || 'Nothing.'
}

function eventBlocks({ subject, summary, owner, readers, stream, payload, example }) {
  return [
    `## ${subject}`,
    `${summary}. Published as ${code(`${subject}.<tenant>`)}.`,
    table(
      ['', ''],
      [
        ['owner', owner],
        ['readers', readers.join(', ')],
        ['stream', `[${code(stream.name)}](streams.md)`],
      ],
    ),
    answerText(payload),
    '**Example**',
    json(example),
  ]
}
