import { runService } from '@strowger/service'
import { sipConfigSettings } from './config.ts'
import { startSipConfig } from './service.ts'

await runService('sip-config', sipConfigSettings, async (context) => {
  await startSipConfig(context)
})
