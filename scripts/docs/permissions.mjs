import { permissionsOf } from '../../packages/bus/dist/index.js'
import { catalogue, serviceNames } from '../../packages/schema/dist/index.js'
import { page } from './page.mjs'

const list = (subjects) => `\`\`\`\n${subjects.join('\n')}\n\`\`\``

/** What each service's NATS user may do. */
export function permissionsPage() {
  return page(
    'Permissions',
    'Each service has a NATS user of its own, which may use just what follows from the definitions. Beside it a service may answer each message that it got once, to where the asker said. `make run` writes these users into the configuration of its nats-server; do the same for a server of your own.',
    serviceNames.map((service) => {
      const { publish, subscribe } = permissionsOf(service, catalogue)
      return [`## ${service}`, 'May publish:', list(publish), 'May subscribe:', list(subscribe)]
    }),
  )
}
