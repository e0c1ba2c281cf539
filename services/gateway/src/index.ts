export { gatewaySettings } from './config.ts'
export { openApiDocument } from './rest/open-api.ts'
