import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createManualClock } from '@strowger/service'
import { afterEach, describe, expect, it } from 'vitest'
import { acceptAgi } from './agi-session.ts'

const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

/** Both ends of a connection: ours, and one that speaks as Asterisk does. */
async function ends(): Promise<{ ours: Socket; asterisk: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const asterisk = connect((server.address() as { port: number }).port, '127.0.0.1')
  const [ours] = await accepted
  releases.push(() => {
    asterisk.destroy()
    ours.destroy()
    server.close()
  })
  return { ours, asterisk }
}
const greeting = 'agi_network: yes\nagi_request: agi://127.0.0.1/code\nagi_arg_1: 123456\n\n'

describe('a FastAGI session', () => {
  it('says what the call is, reads expressions and sets variables', async () => {
    const { ours, asterisk } = await ends()
    const commands: string[] = []
    asterisk.setEncoding('utf8').on('data', (text: string) => {
      commands.push(text)
      asterisk.write(text.startsWith('GET') ? '200 result=1 (sip:a (b)@c)\n' : '200 result=1\n')
    })
    asterisk.write(greeting)
    const session = await acceptAgi(ours, { clock: createManualClock(), timeoutMs: 1_000 })
    expect(session.about.get('arg_1')).toBe('123456')
    expect(await session.read('PJSIP_HEADER(read,"Contact")')).toBe('sip:a (b)@c')
    await session.write('RESULT', 'a "b"')
    expect(commands).toEqual([
      `GET FULL VARIABLE "$\{PJSIP_HEADER(read,\\"Contact\\")}"\n`,
      'SET VARIABLE "RESULT" "a \\"b\\""\n',
    ])
    await expect(session.write('X', 'a\nEXEC System rm')).rejects.toThrow(RangeError)
  })

  it('refuses what does not speak it, and what stays silent', async () => {
    const clock = createManualClock()
    const stranger = await ends()
    stranger.asterisk.write('GET / HTTP/1.1\r\n\r\n')
    await expect(acceptAgi(stranger.ours, { clock, timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'invalid-input' })
    const silent = await ends()
    const late = acceptAgi(silent.ours, { clock, timeoutMs: 1_000 })
    late.catch(() => {})
    await clock.advance(1_000)
    await expect(late).rejects.toMatchObject({ code: 'unavailable' })
  })
})
