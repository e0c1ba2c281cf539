import { runService } from '@strowger/service'
import { renderingSettings } from './config.ts'
import { startRendering } from './service.ts'

await runService('rendering', renderingSettings, startRendering)
