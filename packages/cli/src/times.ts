/** `2026-11-21T09:30:00.123Z` as `2026-11-21 09:30:00`, in UTC as it is stored and logged. */
export function shortInstant(instant: string): string {
  return instant.replace('T', ' ').replace(/(\.\d+)?Z$/, '')
}
