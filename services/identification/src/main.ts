import { runService } from '@strowger/service'
import { identificationSettings } from './config.ts'
import { startIdentification } from './service.ts'

await runService('identification', identificationSettings, startIdentification)
