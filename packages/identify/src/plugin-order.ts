const parts = /\d+|\D+/g

/**
 * Compares ids of plugins so that the newer generation comes first: runs of digits as numbers, the rest as text, so that
 * `snom-10.1.215.13` stands before `snom-10.1.54.13` and that before `snom-8.9.3.80`. A generation with a number stands
 * before those of the same family that have a name, as `cisco-spa-7.5.5` before `cisco-spa-legacy`.
 */
export function compareNewestFirst(a: string, b: string): number {
  const [left, right] = [a.match(parts) ?? [], b.match(parts) ?? []]
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const [one = '', other = ''] = [left[place], right[place]]
    const difference = Number(other) - Number(one)
    if (difference < 0 || difference > 0) return difference
    if (Number.isNaN(difference) && one !== other)
      return compareTexts(one, other, left.length > place + 1, right.length > place + 1)
  }
  return right.length - left.length || (a < b ? 1 : a > b ? -1 : 0)
}

function compareTexts(one: string, other: string, numberAfterOne: boolean, numberAfterOther: boolean): number {
  if (numberAfterOne && other.startsWith(one)) return -1
  if (numberAfterOther && one.startsWith(other)) return 1
  return one < other ? 1 : -1
}
