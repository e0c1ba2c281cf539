import { readFileSync } from 'node:fs'
import { type AmiMessage, createAmiClient } from '@strowger/asterisk'
import { RecordFault } from '@strowger/rating'
import { Fault } from '@strowger/schema'
import Type from 'typebox'
import type { Slice } from '../import/slice.ts'
import { gather, type ReadContext, type SourceKind } from './source-kind.ts'

const AmiSettings = Type.Object({
  host: Type.String({ minLength: 1, maxLength: 255 }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, default: 5038 })),
  username: Type.String({ minLength: 1, maxLength: 100 }),
  secretFile: Type.String({ minLength: 1, maxLength: 4096, description: 'File that holds the secret of the manager' }),
})
type AmiSettings = Type.Static<typeof AmiSettings>

/** Events are gathered for so long: a call is rated well within two seconds of its end. */
const gatherMs = 200
const connectMs = 10_000

/**
 * Cdr events of Asterisk’s manager interface (cdr_manager.conf). Asterisk does not repeat them: what it says while the
 * connection is away is lost, so that a file or a table beside it is wanted where every call counts. Both may be sources
 * of one provider: what one has brought is a repetition in the other.
 */
export const amiSource: SourceKind<AmiSettings> = {
  name: 'ami',
  settings: AmiSettings,
  read: readEvents,
  async test(settings, context) {
    const client = open(settings, context, () => {})
    try {
      for (let waited = 0; !client.connected && waited < connectMs; waited += 100) await context.clock.sleep(100)
      if (!client.connected) throw new Fault('unavailable', { detail: client.problem ?? 'no answer' })
      return 'logged in'
    } finally {
      client.close()
    }
  },
}

function open(settings: AmiSettings, { clock, log }: ReadContext, onEvent: (event: AmiMessage) => void) {
  const { host, port = 5038, username, secretFile } = settings
  const secret = readFileSync(secretFile, 'utf8').trimEnd()
  return createAmiClient({ host, port, username, secret, clock, log, onEvent })
}

async function* readEvents(settings: AmiSettings, _cursor: unknown, context: ReadContext): AsyncGenerator<Slice> {
  const { format, clock, signal } = context
  if (format.kind !== 'row')
    throw new Fault('invalid-input', { detail: `${format.format.name} reads files and not events` })
  const reader = format.format.open(format.settings)
  let gathered = gather()
  const client = open(settings, context, (event) => {
    const fields: Record<string, unknown> = Object.fromEntries(event)
    if (fields['Event'] !== 'Cdr') return
    try {
      const record = reader.row(fields)
      if (record !== undefined) gathered.record(record)
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error
      gathered.fault({
        line: 0,
        column: 0,
        reason: `${error.field} ${error.message}`,
        native: JSON.stringify(fields).slice(0, 4_096),
      })
    }
  })
  try {
    while (!signal.aborted) {
      await clock.sleep(gatherMs, signal).catch(() => {})
      if (gathered.records.length + gathered.faults.length === 0) {
        if (!client.connected && client.problem !== undefined && client.problem !== 'not connected yet') {
          context.log.debug({ reason: client.problem }, 'the manager interface is away')
        }
        continue
      }
      const { records, faults } = gathered
      gathered = gather()
      yield { records, faults, file: `${settings.host}`, firstByte: 0, bytes: 0, sha256: '', cursor: null }
    }
  } finally {
    client.close()
  }
}
