import { runService } from '@strowger/service'
import { fail2banSettings } from './config.ts'
import { startFail2ban } from './service.ts'

await runService('fail2ban', fail2banSettings, startFail2ban)
