import { runService } from '@strowger/service'
import { ingressSettings } from './config.ts'
import { startIngress } from './service.ts'

await runService('ingress', ingressSettings, startIngress)
