import { type FoundInstant, instantOf, type Zone } from '../zone.ts'

const parts: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<short>\\d{2})',
  MMM: '(?<name>[A-Za-z]{3})',
  MM: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<ms>\\d{3})',
  A: '(?<half>[AaPp])\\.?[Mm]\\.?',
}
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Reads times of a form as `DD/MM/YYYY HH:mm:ss`, `epoch` (seconds or milliseconds); undefined for no form, or ISO.
 * A time of the day that the form has and the text has not is midnight.
 */
export function dateReader(
  form: string | undefined,
  zone: Zone,
): ((text: string) => FoundInstant | undefined) | undefined {
  if (form === undefined || form === '' || form.toUpperCase() === 'ISO') return undefined
  if (form === 'epoch') return epochReader
  const [day = '', ...time] = form.split(' ')
  const dayPattern = patternOf(day)
  const timePattern =
    time.length === 0
      ? '(?:[ T](?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?)?'
      : `(?: +${patternOf(time.join(' '))})?`
  const pattern = new RegExp(`^${dayPattern}${timePattern}$`)
  return (text) => {
    const groups = pattern.exec(text)?.groups
    return groups === undefined ? undefined : instantFromGroups(groups, zone)
  }
}

function patternOf(form: string): string {
  return form.replaceAll(
    /YYYY|YY|MMM|MM|DD|HH|mm|ss|SSS|A|[^A-Za-z0-9]/g,
    (token) => parts[token] ?? (token === ' ' ? ' +' : `\\${token}`),
  )
}

function instantFromGroups(groups: Readonly<Record<string, string | undefined>>, zone: Zone): FoundInstant | undefined {
  const number = (name: string): number => Number(groups[name] ?? 0)
  const year = groups['year'] === undefined ? 2000 + number('short') : number('year')
  const month = groups['name'] === undefined ? number('month') : months.indexOf(groups['name'].toLowerCase()) + 1
  const half = groups['half']?.toLowerCase()
  const hour = half === undefined ? number('hour') : (number('hour') % 12) + (half === 'p' ? 12 : 0)
  const wall = Date.UTC(year, month - 1, number('day'), hour, number('minute'), number('second'), number('ms'))
  const date = new Date(wall)
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === number('day') && month > 0
  if (!isDay || hour > 23 || number('minute') > 59 || number('second') > 59) return undefined
  return instantOf(zone, wall)
}

function epochReader(text: string): FoundInstant | undefined {
  if (!/^\d{9,13}(\.\d{1,9})?$/.test(text)) return undefined
  const value = Number(text)
  const ms = Math.floor(value < 1e11 ? value * 1000 : value)
  return { ms, kind: 'plain', laterMs: ms }
}
