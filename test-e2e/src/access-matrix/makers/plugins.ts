import { type Asker, type Maker, shortId } from '../maker.ts'

const plugin = 'yealink-v86'
const templates = '/api/v1/plugins/{plugin}/templates'
const files = '/api/v1/plugins/{plugin}/files'

async function template(asker: Asker): Promise<{ plugin: string; name: string }> {
  const name = `t${shortId()}.tpl`
  await asker.made('PUT', `/api/v1/plugins/${plugin}/templates/${name}`, { text: 'made by the matrix' })
  return { plugin, name }
}

async function file(asker: Asker): Promise<{ plugin: string; name: string }> {
  const name = `f${shortId()}.bin`
  await asker.made('PUT', `/api/v1/plugins/${plugin}/files/${name}`, { base64: 'AAEC' })
  return { plugin, name }
}

const shared = async () => ({ params: { plugin, id: plugin } })

/** Plugins are shared; custom templates and files are of a tenant, and found by their name within it. */
export const pluginMakers: readonly Maker[] = [
  { operations: ['GET /api/v1/plugins/{id}', `GET ${templates}`, `GET ${files}`], make: shared, namesOwn: true },
  {
    operations: ['POST /api/v1/plugins/{plugin}/preview'],
    make: async () => ({ params: { plugin }, body: { templates: { 'base.tpl': 'x' } } }),
    namesOwn: true,
  },
  {
    operations: ['POST /api/v1/plugins/{plugin}/copy-templates'],
    make: async () => ({ params: { plugin }, body: { from: 'yealink-v85' } }),
    namesOwn: true,
  },
  {
    operations: [`GET ${templates}/{name}`, `GET ${templates}/{name}/history`, `DELETE ${templates}/{name}`],
    make: async (asker) => ({ params: await template(asker) }),
  },
  { operations: [`DELETE ${files}/{name}`], make: async (asker) => ({ params: await file(asker) }) },
  {
    operations: [`PUT ${templates}/{name}`],
    make: async (asker) => ({ params: await template(asker), body: { text: 'written by the matrix' } }),
    namesOwn: true,
  },
  {
    operations: [`PUT ${files}/{name}`],
    make: async (asker) => ({ params: await file(asker), body: { base64: 'AAED' } }),
    namesOwn: true,
  },
  { operations: ['POST /api/v1/reconfigure'], make: async () => ({ body: {} }) },
  // The house of the test has no Asterisk by which phones could be told.
  { operations: ['POST /api/v1/synchronize'], make: async () => ({ body: {} }), answers: 503 },
]
