import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'

export const ratingSettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
})
