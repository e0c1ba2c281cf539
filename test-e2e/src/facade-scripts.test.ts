import { readdirSync } from 'node:fs'
import { type House, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playTranscript, readTranscript } from './script-transcript.ts'

/** What the public clients and the command line for that API say, and must be answered. */
const folder = new URL('../transcripts/', import.meta.url)

let house: House
let token: string
beforeAll(async () => {
  house = await startHouse()
  token = house.token()
})
afterAll(() => house?.close())

describe('scripts that exist', () => {
  for (const file of readdirSync(folder).sort()) {
    it(`are answered as they expect: ${file.replace('.txt', '')}`, async () => {
      const exchanges = readTranscript(new URL(file, folder))
      expect(exchanges.length).toBeGreaterThan(0)
      const basic = Buffer.from(`admin:${house.secret('admin-password')}`).toString('base64')
      const known = new Map([
        ['admin_token', token],
        ['basic', basic],
        ['root', '00000000-0000-4000-8000-000000000001'],
      ])
      await playTranscript(exchanges, { url: house.restUrl, headers: { 'x-auth-token': token } }, known)
    })
  }
})
