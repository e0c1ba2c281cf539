/** How fast this machine is at the least of a kind, as a part of the one the budgets were set on: 1 is as fast. */
export interface Speed {
  readonly kind: string
  readonly part: number
}

export interface Budget {
  readonly text: string
  readonly met: boolean
  /** Whether ours is as good a part of what this machine can do as the budget was of that one. */
  readonly atSpeed?: Speed & { readonly met: boolean }
}

/** One row of the table. */
export interface Figure {
  readonly what: string
  readonly ours: string
  /** What DESIGN asks for. Without it the figure is for information. */
  readonly budget?: Budget
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

export function atLeast(value: number, budget: number, text = `≥ ${perSecond(budget)}`, speed?: Speed): Budget {
  const met = value >= budget
  return speed === undefined ? { text, met } : { text, met, atSpeed: { ...speed, met: value >= budget * speed.part } }
}

export function below(value: number, budget: number, text: string, speed?: Speed): Budget {
  const met = value <= budget
  return speed === undefined ? { text, met } : { text, met, atSpeed: { ...speed, met: value <= budget / speed.part } }
}

export const headings = ['what', 'ours', 'budget', 'met', 'at this speed', 'calibration', 'ratio', 'peer']

export function cellsOf({ what, ours, budget, calibration, ratio, peer }: Figure): string[] {
  const said = (met: boolean) => (met ? 'yes' : 'NO')
  const met = budget === undefined ? '' : said(budget.met)
  const atSpeed = budget?.atSpeed
  const scaled = atSpeed === undefined ? met : `${said(atSpeed.met)} (${atSpeed.kind} ${atSpeed.part.toFixed(2)})`
  return [what, ours, budget?.text ?? '', met, scaled, calibration ?? '', ratio?.toFixed(2) ?? '', peer ?? '']
}

/** Missed, and not for the machine alone. */
export const isMissed = ({ budget }: Figure) => budget !== undefined && !(budget.atSpeed?.met ?? budget.met)
