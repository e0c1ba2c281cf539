import { type Asker, type Maker, shortId } from '../maker.ts'

const one = '/api/v1/configs/{id}'

async function config(asker: Asker): Promise<{ id: string }> {
  const id = `c${shortId()}`
  await asker.made('POST', '/api/v1/configs', { id, raw: { ntp_enabled: true, ntp_ip: '192.0.2.7' } })
  return { id }
}

export const configMakers: readonly Maker[] = [
  { operations: ['POST /api/v1/configs'], make: async () => ({ body: { id: `c${shortId()}`, raw: {} } }) },
  {
    operations: [`GET ${one}`, `DELETE ${one}`, `GET ${one}/explain`],
    make: async (asker) => ({ params: await config(asker) }),
  },
  // What is not there is made: a config is found by its name within the tenant.
  {
    operations: [`PUT ${one}`],
    make: async (asker) => ({ params: await config(asker), body: { raw: {} } }),
    namesOwn: true,
  },
  {
    operations: [`PATCH ${one}`],
    make: async (asker) => ({ params: await config(asker), body: { set: { ntp_ip: '192.0.2.8' } } }),
  },
]
