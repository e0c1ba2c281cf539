import { catalogue } from '../../packages/schema/dist/index.js'
import { byName, code, duration, json, mebibytes, page, table } from './page.mjs'
import { typeText } from './schema-text.mjs'

/** The read models, and what is too large for a message. */
export function bucketsPage() {
  const buckets = [...catalogue.buckets].sort(byName(({ name }) => name))
  const stores = [...catalogue.objectStores].sort(byName(({ name }) => name))
  return page(
    'Buckets',
    'Read models: the owner publishes what it holds, the readers keep all of it in memory and go on with that while NATS or PostgreSQL is away. They are made by the migrate step. Keys are encoded, so any text may be one.',
    buckets.map(bucketBlocks),
    '# Object stores',
    table(
      ['name', 'owner', 'readers', 'most', 'summary'],
      stores.map(({ name, owner, readers, maxBytes, summary }) => [
        code(name),
        owner,
        readers.join(', '),
        mebibytes(maxBytes),
        summary,
      ]),
    ),
  )
}

function bucketBlocks({ name, summary, key, owner, writers, readers, maxBytes, maxAgeS, replicas, value, example }) {
  return [
    `## ${name}`,
    `${summary}. Key: ${key}. Value: ${typeText(value)}.`,
    table(
      ['', ''],
      [
        ['owner', owner],
        ...(writers.length > 0 ? [['also written by', writers.join(', ')]] : []),
        ['readers', readers.join(', ')],
        ['most', mebibytes(maxBytes)],
        ['kept', duration(maxAgeS)],
        ['replicas', replicas],
      ],
    ),
    `Example: ${code(example.key)}`,
    json(example.value),
  ]
}
