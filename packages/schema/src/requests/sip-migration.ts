import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { TaskDocument } from '../documents/task.ts'
import { ObjectId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'
import { exampleTask } from './tasks.ts'

const Text = Type.String({ maxLength: 900_000 })
const owner = 'sip-config' as const
const Count = Type.Integer({ minimum: 0 })

const Source = Type.Object({
  format: Type.Optional(Type.Enum(['sip.conf', 'pjsip.conf'], { description: 'Else seen from name and text' })),
  file: Type.Optional(Type.String({ maxLength: 255, description: 'Its name, for the report' })),
  text: Type.Optional({
    ...Text,
    description:
      'Absent, and without `upload`: the file that the setting SIP_IMPORT_FILE names is read, by the root tenant only',
  }),
  upload: Type.Optional({
    ...ObjectId,
    description:
      'Instead of texts, for files that do not fit into one request: what was uploaded in parts by this name',
  }),
  users: Type.Optional({ ...Text, description: 'users.conf; of an upload its file of that name' }),
  included: Type.Optional(Type.Record(Type.String(), Text, { description: 'What `#include` names: path -> text' })),
})
/** Characters of one part of an upload, parts of one, and uploads of a tenant that wait. */
export const sipUploadLimits = { partCharacters: 400_000, parts: 80, uploads: 10 } as const
const ReportLine = Type.Object({
  file: Type.String(),
  line: Type.Integer(),
  text: Type.String({ description: 'Secrets left out' }),
  outcome: Type.Enum(['taken over', 'dropped', 'refused']),
  what: Type.String({ description: 'What it became, or why it did not' }),
})
const exampleLine = {
  file: 'sip.conf',
  line: 2,
  text: 'type=friend',
  outcome: 'taken over' as const,
  what: 'identify_by',
}
const dryRun = Type.Optional(Type.Boolean({ description: 'Say what would become of it, and change nothing' }))

export const sipMigration = {
  import: defineRequest({
    domain: 'sip-migration',
    verb: 'import',
    owner,
    summary:
      'Takes over a sip.conf (chan_sip) or a pjsip.conf: templates, endpoints, lines and trunks, with a report of every line of the source. The same import changes nothing a second time',
    input: Type.Object({
      source: Source,
      dryRun,
      limit: listParameters.limit,
      offset: listParameters.offset,
    }),
    output: Type.Object({
      applied: Type.Boolean(),
      counts: Type.Object({ added: Count, changed: Count, same: Count, refused: Count }),
      items: Type.Array(
        Type.Object({
          kind: Type.String(),
          name: Type.String(),
          outcome: Type.Enum(['added', 'changed', 'same', 'refused']),
          reason: Type.Optional(Type.String()),
        }),
        { description: 'From offset, at most limit' },
      ),
      item_count: Count,
      report: Type.Array(ReportLine, {
        description: 'Of every line of the source; from offset, at most limit',
      }),
      report_lines: Count,
      remarks: Type.Array(Type.String(), { description: 'What was put into templates of its own, and why' }),
    }),
    errors: ['forbidden', 'too-large'],
    deadlineMs: 120_000,
    rest: { method: 'POST', path: '/api/v1/sip/import', success: 200, permission: 'write', body: 'source' },
    example: {
      input: { source: { file: 'sip.conf', text: '[1001]\ntype=friend\nhost=dynamic\nsecret=x\n' } },
      output: {
        applied: true,
        counts: { added: 2, changed: 0, same: 0, refused: 0 },
        items: [{ kind: 'endpoint', name: '1001', outcome: 'added' }],
        item_count: 2,
        report: [exampleLine],
        report_lines: 4,
        remarks: [],
      },
    },
  }),
  start: defineRequest({
    domain: 'sip-migration',
    verb: 'start',
    owner,
    summary:
      'The same as a task, for thousands of peers: with progress, and at its end the counts, what was refused, what was dropped, and what was put into templates. What became of every line is told by `GET /api/v1/sip/imports/{task}/report`',
    input: Type.Object({ source: Source, dryRun }),
    output: TaskDocument,
    errors: ['forbidden', 'too-large'],
    deadlineMs: 20_000,
    rest: { method: 'POST', path: '/api/v1/sip/imports', success: 202, permission: 'write', body: 'source' },
    example: {
      input: { source: { file: 'sip.conf', text: '[1001]\ntype=friend\nhost=dynamic\nsecret=x\n' } },
      output: { ...exampleTask, kind: 'sip-config.import', owner },
    },
  }),
  report: defineRequest({
    domain: 'sip-migration',
    verb: 'report',
    owner,
    summary: 'What became of every line of the source of an import that was a task; kept for 30 days',
    input: Type.Object({
      task: ObjectId,
      outcome: Type.Optional(ReportLine.properties.outcome),
      search: listParameters.search,
      limit: listParameters.limit,
      offset: listParameters.offset,
    }),
    output: Page(ReportLine),
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/sip/imports/{task}/report', success: 200, permission: 'read' },
    example: { input: { task: exampleTask.id }, output: { items: [exampleLine], total: 1 } },
  }),
  upload: defineRequest({
    domain: 'sip-migration',
    verb: 'upload',
    owner,
    summary:
      'A part of a file that is to be imported, under a name that you choose: parts of one file are put together by their places. Kept for a day, or until it was imported',
    input: Type.Object({
      upload: ObjectId,
      place: Type.Integer({ minimum: 0, maximum: sipUploadLimits.parts - 1 }),
      part: Type.Object({
        file: Type.String({ minLength: 1, maxLength: 255, description: 'The first is the one that is imported' }),
        text: Type.String({ maxLength: sipUploadLimits.partCharacters }),
      }),
    }),
    output: Type.Object({ parts: Count }),
    errors: ['too-large'],
    deadlineMs: 10_000,
    rest: {
      method: 'PUT',
      path: '/api/v1/sip/uploads/{upload}/parts/{place}',
      success: 200,
      permission: 'write',
      body: 'part',
      unversioned: 'a part is sent once, or again as it was',
    },
    example: {
      input: { upload: 'sip-conf-1', place: 0, part: { file: 'sip.conf', text: '[1001]\ntype=friend\n' } },
      output: { parts: 1 },
    },
  }),
  offer: defineRequest({
    domain: 'sip-migration',
    verb: 'offer',
    owner,
    summary: 'The file that the setting SIP_IMPORT_FILE names, when it is there: it can be imported',
    input: Type.Object({}),
    output: Type.Object({ file: Type.Optional(Type.String()), bytes: Type.Optional(Count) }),
    errors: ['forbidden'],
    rest: { method: 'GET', path: '/api/v1/sip/import', success: 200, permission: 'read' },
    example: { input: {}, output: { file: '/etc/asterisk/sip.conf', bytes: 20_480 } },
  }),
  export: defineRequest({
    domain: 'sip-migration',
    verb: 'export',
    owner,
    summary: 'A pjsip.conf of what an Asterisk is to have, passwords in clear; in pages of whole names',
    input: Type.Object({
      asterisk_id: Type.Optional(Type.String({ maxLength: 64 })),
      limit: listParameters.limit,
      offset: listParameters.offset,
    }),
    output: Type.Object({
      text: Type.String({ description: 'Secret: with passwords' }),
      names: Type.Integer(),
      total: Count,
    }),
    deadlineMs: 10_000,
    rest: {
      method: 'GET',
      path: '/api/v1/sip/export',
      success: 200,
      permission: 'admin',
      reveals: 'the SIP passwords of what is exported',
    },
    example: { input: {}, output: { text: '[alice]\ntype = auth\n', names: 1, total: 1 } },
  }),
}
