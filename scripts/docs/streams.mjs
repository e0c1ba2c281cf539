import { catalogue } from '../../packages/schema/dist/index.js'
import { byName, code, codes, duration, mebibytes, page, table } from './page.mjs'

/** The JetStream streams, one a domain. */
export function streamsPage() {
  const streams = [...catalogue.streams].sort(byName(({ name }) => name))
  const subjectsOf = (stream) =>
    catalogue.events
      .filter((event) => event.stream === stream)
      .map(({ subject }) => `${subject}.<tenant>`)
      .sort()
  return page(
    'Streams',
    'What happened, kept until its age or its size is reached, oldest first to go. They are made by the migrate step. A message id that comes again within the window is dropped by the server.',
    table(
      ['stream', 'captures', 'events', 'kept', 'most', 'replicas', 'window', 'summary'],
      streams.map((stream) => [
        code(stream.name),
        code(stream.subject),
        codes(subjectsOf(stream)),
        duration(stream.maxAgeS),
        mebibytes(stream.maxBytes),
        stream.replicas,
        duration(stream.duplicateWindowS),
        stream.summary,
      ]),
    ),
    'Each bucket and object store is a stream too: see [buckets.md](buckets.md).',
  )
}
