import { crossProblems, maxObjectBytes, objectOfSection, pjsipOptions, problemWith } from '@strowger/asterisk'
import { type FieldProblem, type SipConfiguration, type SipSection, secretMask, sipSections } from '@strowger/schema'
import type { EffectiveOption, EffectiveSections } from './resolve.ts'
import { isMultiple, isSecret, optionOf } from './section-objects.ts'

const longestShown = 80

/** As `endpoint.direct_media = maybe`; a secret is not shown, nor what may be one under a mistyped name. */
function told(section: SipSection, option: string, value: string): string {
  const mayBeSecret = isSecret(section, option) || (isAuth(section) && optionOf(section, option) === undefined)
  const shown = mayBeSecret ? secretMask : value
  return `${section}.${option} = ${shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown}`
}

/** Options that Asterisk has under a name like this one, for who mistyped it; else all of a short list. */
function nearTo(section: SipSection, option: string): string {
  const names = Object.keys(pjsipOptions[objectOfSection[section]])
  if (names.length <= 25) return `there is ${names.join(', ')}`
  const words = option.split(/[_-]+/).filter((word) => word.length > 2)
  const near = names.filter((name) => words.some((word) => name.includes(word))).slice(0, 8)
  const others = 'GET /api/v1/asterisk/pjsip/doc lists all'
  return near.length === 0 ? others : `there is ${near.join(', ')}; ${others}`
}

/**
 * What is wrong with the options a configuration sets itself: every fault at once, each with its place, section,
 * option, value and what is allowed.
 */
export function ownProblems({
  sections,
  operations,
}: Pick<SipConfiguration, 'sections' | 'operations'>): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const section of sipSections) {
    for (const [index, [name, value]] of (sections[section] ?? []).entries()) {
      const field = `/${section}_section_options/${index}`
      const option = optionOf(section, name)
      if (option === undefined) {
        problems.push({
          field,
          problem: `${told(section, name, value)}: there is no such option; ${nearTo(section, name)}`,
        })
        continue
      }
      const wrong = problemWith(option, value)
      if (wrong !== undefined) problems.push({ field, problem: `${told(section, name, value)}: ${wrong}` })
    }
  }
  for (const [index, { section, option, action, value }] of operations.entries()) {
    const field = `/option_operations/${index}`
    const about = `${section}.${option}`
    if (optionOf(section, option) === undefined)
      problems.push({ field, problem: `${about}: there is no such option; ${nearTo(section, option)}` })
    else if (action !== 'unset' && !isMultiple(section, option))
      problems.push({ field, problem: `${about}: ${action} is for options that can stand several times` })
    else if ((action === 'remove') !== (value !== undefined))
      problems.push({ field, problem: `${about}: a value is given with remove, and only with it` })
    else if (action === 'replace' && !(sections[section] ?? []).some(([name]) => name === option))
      problems.push({ field, problem: `${about}: replace needs entries of its own to put there; unset takes all away` })
  }
  return problems
}

/**
 * What does not go together in what is in effect for an endpoint. A section that is inherited only and not complete
 * (a registration without a server) becomes no object and is not wrong.
 * @param looked the sections to look at, when it is known that the others are right
 */
export function effectiveProblems(
  sections: EffectiveSections,
  own: SipConfiguration['sections'],
  looked: readonly SipSection[] = sipSections,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const section of looked) {
    const entries = sections[section]
    if (entries.length === 0) continue
    if (section === 'registration' && !entries.some(isServer) && (own.registration ?? []).length === 0) continue
    if (isAuth(section) && (own[section] ?? []).length === 0 && !entries.some(({ option }) => option === 'username'))
      continue
    const bytes = objectBytes(entries)
    if (bytes > maxObjectBytes)
      problems.push({
        field: `/${section}_section_options`,
        problem: `${section}: with what it inherits it is an object of ${bytes} bytes, and Asterisk takes at most ${maxObjectBytes} in one piece`,
      })
    const options = new Map(entries.map(({ option, value }) => [option, value]))
    for (const { option, problem } of crossProblems(objectOfSection[section], options))
      problems.push({ field: `/${section}_section_options`, problem: `${section}.${option} ${problem}` })
  }
  return problems
}

/** What is added to a section on its way: who it belongs to, its line, its mark. */
const composedBytes = 1_024
const bytesAField = JSON.stringify({ attribute: '', value: '' }).length + 1

/** Of an object as it is sent over ARI, where it cannot be sent in pieces: an endpoint with variables cannot be added to. */
function objectBytes(entries: readonly EffectiveOption[]): number {
  let characters = composedBytes
  for (const { option, value } of entries) characters += option.length + value.length + bytesAField
  // Quotes and other alphabets take more; only who is near is counted exactly.
  if (characters * 3 < maxObjectBytes) return characters
  const fields = entries.map(({ option, value }) => ({ attribute: option, value }))
  return composedBytes + Buffer.byteLength(JSON.stringify({ fields }))
}

const isServer = ({ option }: EffectiveOption) => option === 'server_uri' || option === 'client_uri'
const isAuth = (section: SipSection) => objectOfSection[section] === 'auth'
