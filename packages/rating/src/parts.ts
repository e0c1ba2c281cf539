/** Rows of decks that are looked at in one part: whoever asks something else meanwhile waits for some milliseconds. */
export const rowsOfPart = 2_000

/** What work in parts leads to, done without a pause. */
export function finished<Outcome>(work: Generator<void, Outcome>): Outcome {
  for (;;) {
    const part = work.next()
    if (part.done === true) return part.value
  }
}
