import { runService } from '@strowger/service'
import { ratingSettings } from './config.ts'
import { startRating } from './service.ts'

await runService('rating', ratingSettings, startRating)
