import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { createRatingUpload, putRatingUploadPart } from '@strowger/schema'
import type { Client } from '../client.ts'
import { Failure } from '../failure.ts'
import type { Tool } from '../tool.ts'

/** Bytes of one part of an upload: what fits into one message, in base64. */
const partBytes = 262_144
/** Up to here a file goes with the request itself. */
const smallBytes = 200_000

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`)
  }
}

export function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(read(file).toString('utf8')) as Record<string, unknown>
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(`${file} is no JSON: ${(error as Error).message}`)
  }
}

/** A file as an import names it: its text when it is small and UTF-8, else an upload in parts, with progress. */
export async function uploadFile(
  tool: Tool,
  client: Client,
  file: string,
): Promise<{ name: string; text: string } | { name: string; upload: string }> {
  const bytes = read(file)
  const name = basename(file)
  const text = bytes.length <= smallBytes ? bytes.toString('utf8') : ''
  if (bytes.length <= smallBytes && Buffer.from(text).equals(bytes)) return { name, text }
  const { id } = await client.call(createRatingUpload, { upload: { name } })
  const parts = Math.ceil(bytes.length / partBytes)
  const { err } = tool.around
  for (let place = 0; place < parts; place += 1) {
    const part = bytes.subarray(place * partBytes, (place + 1) * partBytes)
    await client.call(putRatingUploadPart, { id, place, part: { base64: part.toString('base64') } })
    const done = Math.round(((place + 1) / parts) * 100)
    if (err.columns !== undefined) err.write(`\r\u001b[2K${name}: ${done} % sent`)
  }
  if (err.columns !== undefined) err.write('\n')
  return { name, upload: id }
}
