import { describe, expect, it } from 'vitest'
import { timezoneRule } from './timezone-rule.ts'

const change = (month: number, week: number, weekday: number, time_minutes: number) => ({
  month,
  week,
  weekday,
  time_minutes,
})

describe('the rule of a time zone', () => {
  it.each([
    ['Europe/Paris', 60, change(3, 5, 7, 120), change(10, 5, 7, 180), 60],
    ['Europe/London', 0, change(3, 5, 7, 60), change(10, 5, 7, 120), 60],
    ['Europe/Dublin', 0, change(3, 5, 7, 60), change(10, 5, 7, 120), 60],
    ['America/Montreal', -300, change(3, 2, 7, 120), change(11, 1, 7, 120), 60],
    ['America/St_Johns', -210, change(3, 2, 7, 120), change(11, 1, 7, 120), 60],
    ['Australia/Sydney', 600, change(10, 1, 7, 120), change(4, 1, 7, 180), 60],
    ['Australia/Lord_Howe', 630, change(10, 1, 7, 120), change(4, 1, 7, 120), 30],
    ['Pacific/Auckland', 720, change(9, 5, 7, 120), change(4, 1, 7, 180), 60],
  ])('%s', (name, offset_minutes, start, end, save_minutes) => {
    expect(timezoneRule(name)).toEqual({ name, offset_minutes, dst: { start, end, save_minutes } })
  })

  it.each([
    ['Asia/Kolkata', 330],
    ['Asia/Kathmandu', 345],
    ['America/Sao_Paulo', -180],
    ['Africa/Casablanca', 60],
    ['UTC', 0],
    ['Pacific/Kiritimati', 840],
  ])('%s is %d minutes from Greenwich all year', (name, offset_minutes) => {
    expect(timezoneRule(name)).toEqual({ name, offset_minutes, dst: null })
  })

  it('is undefined for a zone that does not exist', () => {
    expect(timezoneRule('Mars/Olympus')).toBeUndefined()
  })
})
