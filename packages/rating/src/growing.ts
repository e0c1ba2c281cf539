/** Arrays that grow by doubling, and texts one after the other: what a deck is made of while it is read. */

export interface GrowingNumbers<Numbers> {
  push(value: number): number
  /** What was pushed, in an array of just that length. */
  finished(): Numbers
  readonly length: number
}

type NumberArray = Float64Array | Int32Array | Uint8Array | Uint32Array

export function growing<Numbers extends NumberArray>(create: (length: number) => Numbers): GrowingNumbers<Numbers> {
  let values = create(1024)
  let length = 0
  return {
    push(value) {
      if (length === values.length) {
        const grown = create(length * 2)
        grown.set(values)
        values = grown
      }
      values[length] = value
      length += 1
      return length - 1
    },
    finished() {
      const exact = create(length)
      exact.set(values.subarray(0, length) as Numbers)
      return exact
    },
    get length() {
      return length
    },
  }
}

/** Gives each different text a number, from 0. */
export interface Interned {
  of(text: string): number
  readonly texts: readonly string[]
}

export function createInterned(): Interned {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  return {
    of(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, texts.length)
      texts.push(text)
      return texts.length - 1
    },
    texts,
  }
}
