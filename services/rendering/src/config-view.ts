import type { Config, ConfigView } from '@strowger/schema'
import { maskedSecrets } from './secrets.ts'

/** A config as it is shown: secrets masked. */
export function configView(config: Config, devices?: number): ConfigView {
  const view: ConfigView = { ...config, raw: maskedSecrets(config.raw) }
  return devices === undefined ? view : { ...view, devices }
}
