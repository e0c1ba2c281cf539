import type { Answer } from './answer.ts'

/** Whether who asks wants a table for a spreadsheet instead of JSON. */
export function wantsCsv(accept: string | undefined): boolean {
  return /(?:^|[\s,])text\/csv\b/.test(accept ?? '')
}

/** The table of an answer that has one, alone (RFC 4180). */
export function csvAlone(answer: Answer): Answer {
  if (answer.status !== 200 || answer.body === undefined) return answer
  const { csv } = JSON.parse(answer.body.toString('utf8')) as { csv: string }
  const headers = { ...answer.headers, 'content-type': 'text/csv; charset=utf-8; header=present' }
  return { ...answer, headers, body: Buffer.from(csv) }
}
