import { catalogue } from '../../packages/schema/dist/index.js'
import { openApiDocument } from '../../services/gateway/dist/index.js'

/** The REST operations as OpenAPI. */
export async function openApi() {
  return `${JSON.stringify(openApiDocument(catalogue), null, 2)}\n`
}
