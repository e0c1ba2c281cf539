import { type Asker, type Maker, newMac } from '../maker.ts'

const one = '/api/v1/devices/{id}'
const input = () => ({ mac: newMac(), plugin: 'yealink-v86', model: 'T46S', version: '66.86.0.15' })

async function device(asker: Asker): Promise<{ id: string }> {
  const { id } = await asker.made('POST', '/api/v1/devices', input())
  return { id }
}
const named = async (asker: Asker) => ({ params: await device(asker) })

export const deviceMakers: readonly Maker[] = [
  // Until the policy offers keys a tenant has none.
  { operations: ['GET /api/v1/policy/key'], answers: 404 },
  { operations: ['POST /api/v1/devices'], make: async () => ({ body: input() }) },
  {
    operations: [
      `GET ${one}`,
      `DELETE ${one}`,
      `POST ${one}/claim`,
      `POST ${one}/consent`,
      `GET ${one}/key`,
      `POST ${one}/first-boot`,
      `POST ${one}/revoke-key`,
      `GET ${one}/uploads`,
      `DELETE ${one}/uploads`,
    ],
    make: named,
  },
  { operations: [`PUT ${one}`], make: async (asker) => ({ params: await device(asker), body: input() }) },
  { operations: [`PUT ${one}/uploads`], make: async (asker) => ({ params: await device(asker), body: { forS: 600 } }) },
  {
    // Only a phone makes one: that there is none is a 404 for everybody.
    operations: [`GET ${one}/uploads/{upload}`],
    make: async (asker) => ({ params: { ...(await device(asker)), upload: 'none' } }),
    answers: 404,
  },
  {
    operations: ['POST /api/v1/devices/change-plugin'],
    make: async () => ({ body: { old: 'yealink-v85', new: 'yealink-v86' }, query: '?dry_run=true' }),
  },
]
