export const image = 'strowger:latest'
export const settingsName = 'strowger-settings'

export function nameOf(part: string): string {
  return `strowger-${part}`
}

export function labelsOf(part: string): Record<string, string> {
  return { 'app.kubernetes.io/part-of': 'strowger', 'app.kubernetes.io/name': nameOf(part) }
}
