import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDynamicObjects, type ObjectFields } from './dynamic-objects.ts'
import type { HttpRequest } from './http-pipeline.ts'

function objects(answer: { status: number; body: string } = { status: 200, body: '[]' }) {
  const requests: HttpRequest[] = []
  const request = async (asked: HttpRequest) => {
    requests.push(asked)
    return { ...answer, isLast: false }
  }
  return { requests, dynamic: createDynamicObjects({ request }) }
}
const key = { type: 'aor', id: 'x' }

describe('objects over ARI', () => {
  it('never carry a value that is no string, which would end the Asterisk process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (attribute, value) => {
        const { requests, dynamic } = objects()
        const put = dynamic.put(key, [[attribute, value]] as unknown as ObjectFields)
        const isWritable =
          typeof attribute === 'string' &&
          attribute !== '' &&
          typeof value === 'string' &&
          !/[\r\n\0]/.test(attribute + value)
        if (isWritable) await put
        else await expect(put).rejects.toThrow(TypeError)
        expect(requests).toHaveLength(isWritable ? 1 : 0)
      }),
      { numRuns: 300 },
    )
  })

  it('are addressed by id whatever it holds', async () => {
    const { requests, dynamic } = objects()
    await dynamic.put({ type: 'aor', id: 'a/b ?#%' }, [['max_contacts', '1']])
    expect(requests[0]?.path).toBe('/ari/asterisk/config/dynamic/res_pjsip/aor/a%2Fb%20%3F%23%25')
    await expect(dynamic.get({ type: '../x', id: 'a' })).rejects.toThrow(TypeError)
  })

  it('say what Asterisk has, and that there was none', async () => {
    const body = '[{"attribute":"max_contacts","value":"1"}]'
    expect(await objects({ status: 200, body }).dynamic.get(key)).toEqual([['max_contacts', '1']])
    expect(await objects({ status: 404, body: '{}' }).dynamic.get(key)).toBeUndefined()
    expect(await objects({ status: 404, body: '{}' }).dynamic.delete(key)).toBe(false)
    expect(await objects({ status: 204, body: '' }).dynamic.delete(key)).toBe(true)
  })

  it.each([
    [400, 'invalid-input', '{"message":"Creation of object \'x\' failed field value validation"}'],
    [403, 'forbidden', '{"message":"Cannot create sorcery objects of type \'aor\'"}'],
    [401, 'unauthenticated', '{"message":"Authentication required"}'],
    [500, 'conflict', '{"error":"Allocation failed"}'],
    [503, 'unavailable', 'busy'],
  ])('fail with status %d as %s, in Asterisk’s words', async (status, code, body) => {
    const put = objects({ status, body }).dynamic.put(key, [])
    await expect(put).rejects.toMatchObject({ code, message: expect.stringContaining('Asterisk refused aor x') })
  })

  it('that are larger than Asterisk takes are not sent', async () => {
    const { requests, dynamic } = objects()
    const fields = Array.from({ length: 20 }, (_, number) => ['set_var', `A${number}=${'x'.repeat(4_000)}`] as const)
    await expect(dynamic.put(key, fields)).rejects.toMatchObject({ code: 'too-large' })
    expect(requests).toEqual([])
  })
})
