import { connectBus, readModel } from '@strowger/bus'
import { connectionFromSettings, createDatabase, createRelay } from '@strowger/database'
import {
  allTenants,
  devicesBucket,
  pluginsBucket,
  policiesBucket,
  renderedBucket,
  tenantsBucket,
} from '@strowger/schema'
import { runService } from '@strowger/service'
import { identificationSettings } from './config.ts'
import { createDeviceDirectory } from './device-directory.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { adoptDevicesOfDeletedTenants, recordWhatPhonesFetch } from './handlers/events.ts'
import { answerExplain } from './handlers/explain.ts'
import { answerIdentify } from './handlers/identify.ts'
import { answerPolicies } from './handlers/policies.ts'
import { answerDeviceQuestions } from './handlers/read-devices.ts'
import { answerDeviceChanges } from './handlers/write-devices.ts'
import { createPhoneRegistry } from './phone-registry.ts'
import { createRecognition } from './recognition.ts'
