import { setFlagsFromString } from 'node:v8'
import { runService } from '@strowger/service'
import { renderingSettings } from './config.ts'
import { startRendering } from './service.ts'

// While thousands of devices change, what they are rendered to passes through here, and V8's own step of a heap of this size
// had all of it marked twice a second, on a processor that others waited for. It costs memory while that lasts.
setFlagsFromString('--heap-growing-percent=100')

await runService('rendering', renderingSettings, startRendering)
