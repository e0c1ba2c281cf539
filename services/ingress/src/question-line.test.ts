import { createClock } from '@strowger/service'
import { describe, expect, it } from 'vitest'
import { createQuestionLine } from './question-line.ts'

const clock = createClock()

describe('question line', () => {
  it('keeps so many questions open at once, the others in their order', async () => {
    const line = createQuestionLine({ maxOpen: 2, patienceMs: 60_000, clock })
    const answers: (() => void)[] = []
    const begun: number[] = []
    const all = [1, 2, 3, 4].map((number) =>
      line.run(() => {
        begun.push(number)
        return new Promise<void>((resolve) => void answers.push(resolve))
      }),
    )
    await Promise.resolve()
    expect(begun).toEqual([1, 2])
    expect(line.waiting).toBe(2)
    answers[1]?.()
    await all[1]
    expect(begun).toEqual([1, 2, 3])
    answers[0]?.()
    await all[0]
    expect(begun).toEqual([1, 2, 3, 4])
    answers[2]?.()
    answers[3]?.()
    await Promise.all(all)
    expect(line.waiting).toBe(0)
  })

  it('gives the place on when a question fails', async () => {
    const line = createQuestionLine({ maxOpen: 1, patienceMs: 60_000, clock })
    await expect(line.run(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
    expect(await line.run(() => Promise.resolve('next'))).toBe('next')
  })

  it('tells a phone to come back that waited too long, and asks nothing for it', async () => {
    const line = createQuestionLine({ maxOpen: 1, patienceMs: 5, clock })
    const releases: (() => void)[] = []
    const first = line.run(() => new Promise<void>((resolve) => void releases.push(resolve)))
    const asked: string[] = []
    const late = line.run(() => Promise.resolve(asked.push('late')))
    await expect(late).rejects.toMatchObject({ code: 'unavailable' })
    for (const release of releases) release()
    await first
    expect(asked).toEqual([])
    expect(await line.run(() => Promise.resolve('next'))).toBe('next')
  })
})
