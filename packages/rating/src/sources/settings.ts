import Type from 'typebox'
import { type Zone, zoneOf } from '../zone.ts'
import { FormatFault } from './format.ts'

/** What most formats are told. */
export const zoneSetting = {
  zone: Type.String({ default: 'UTC', maxLength: 64, description: 'IANA zone of times without an offset' }),
}
export const encodingSetting = {
  encoding: Type.Optional(
    Type.Enum(['utf-8', 'latin1'], { default: 'utf-8', description: 'latin1 stands for windows-1252' }),
  ),
}

/** Throws FormatFault. */
export function zoneFrom(name: string): Zone {
  const zone = zoneOf(name)
  if (!zone) throw new FormatFault('zone', `"${name.slice(0, 64)}" is no zone of the tz database`)
  return zone
}
