import { expect, test } from 'vitest'
import { createTftpServer, readTftpFile, type TftpAnswer, tftpErrorCode } from './index.ts'

async function readFrom(answer: TftpAnswer): Promise<Buffer> {
  const server = await createTftpServer({ host: '127.0.0.1', port: 0, handle: async () => answer })
  try {
    const { port } = server.address()
    return await readTftpFile({ host: '127.0.0.1', port, file: 'a.cfg', localAddress: '127.0.3.1', timeoutMs: 300 })
  } finally {
    await server.close({ drainMs: 0 })
  }
}

test.each([0, 1, 511, 512, 513, 40_000])('a file of %i bytes is read whole', async (length) => {
  const bytes = Buffer.alloc(length, 'strowger')
  expect((await readFrom({ kind: 'file', bytes })).equals(bytes)).toBe(true)
})

test('an error and silence are told apart', async () => {
  const refusal = { kind: 'error', code: tftpErrorCode.accessViolation, message: 'Not for you' } as const
  await expect(readFrom(refusal)).rejects.toThrow('error 2: Not for you')
  await expect(readFrom({ kind: 'silence' })).rejects.toThrow('no answer')
})
