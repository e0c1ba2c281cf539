import { runService } from '@strowger/service'
import { gatewaySettings } from './config.ts'
import { startGateway } from './service.ts'

await runService('gateway', gatewaySettings, async (context) => {
  await startGateway(context)
})
