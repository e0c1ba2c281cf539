import { connectBus, readModel } from '@strowger/bus'
import {
  bansBucket,
  defaultPolicy,
  fileFetched,
  identify,
  policiesBucket,
  renderedBucket,
  requestsObserved,
} from '@strowger/schema'
import { newId, runService } from '@strowger/service'
import { createAdmission } from './admission.ts'
import { createAnswerCache } from './answer-cache.ts'
import { ingressSettings } from './config.ts'
import { createFetchFacts } from './fetch-facts.ts'
import { answerBans } from './handlers/bans.ts'
import { listenHttp } from './http.ts'
import { createObservations } from './observations.ts'
import { createPhoneFiles } from './phone-files.ts'
import { openSecurityJournal } from './security-journal.ts'
import { startSecurityPublisher } from './security-publisher.ts'
import { listenTftp } from './tftp.ts'
