/** One row of the table. */
export interface Figure {
  readonly what: string
  readonly ours: string
  /** What DESIGN asks for. Without it the figure is for information. */
  readonly budget?: { readonly text: string; readonly met: boolean }
  /** The same load on something that only does the least. */
  readonly calibration?: string
  /** Ours as a part of the calibration. */
  readonly ratio?: number
  readonly peer?: string
}

export const count = (value: number) => Math.round(value).toLocaleString('en-US')
export const perSecond = (value: number) => `${count(value)}/s`
export const milliseconds = (value: number) => `${value < 1 ? value.toFixed(3) : value.toFixed(1)} ms`
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

export const atLeast = (value: number, budget: number, text = `≥ ${perSecond(budget)}`) => ({
  text,
  met: value >= budget,
})
export const below = (value: number, budget: number, text: string) => ({ text, met: value <= budget })

export const headings = ['what', 'ours', 'budget', 'met', 'calibration', 'ratio', 'peer']

export function cellsOf({ what, ours, budget, calibration, ratio, peer }: Figure): string[] {
  const met = budget === undefined ? '' : budget.met ? 'yes' : 'NO'
  return [what, ours, budget?.text ?? '', met, calibration ?? '', ratio?.toFixed(2) ?? '', peer ?? '']
}
