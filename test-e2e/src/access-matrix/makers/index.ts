import type { Maker } from '../maker.ts'
import { accessMakers } from './access.ts'
import { configMakers } from './configs.ts'
import { deviceMakers } from './devices.ts'
import { historyMakers } from './history.ts'
import { installationMakers } from './installation.ts'
import { pluginMakers } from './plugins.ts'
import { ratingMakers } from './rating.ts'
import { sipMakers } from './sip.ts'

/** One file a domain; a new one is added here. */
export const makers: readonly Maker[] = [
  ...deviceMakers,
  ...installationMakers,
  ...configMakers,
  ...pluginMakers,
  ...accessMakers,
  ...historyMakers,
  ...ratingMakers,
  ...sipMakers,
]
