import type { SipOption, SipSection } from '@strowger/schema'
import { type ConfEntry, type ConfFile, type ConfSection, type ReadIncluded, readConf } from '../conf/conf-file.ts'
import { type PjsipObject, pjsipOption } from '../pjsip-options/catalogue.ts'
import { commonSettings } from './common-settings.ts'
import { bySection, type DraftTemplate, difference, givenBy } from './inheritance.ts'
import { onceEach, slotOf } from './map-settings.ts'
import type { MigrationPlan, PlannedConfiguration, ReportLine } from './plan.ts'
import { reportLine, targetText } from './report.ts'
import type { Target } from './rule.ts'

export interface PjsipConfSource {
  readonly file: string
  readonly text: string
  readonly read?: ReadIncluded
}

/** Options that say which objects belong together: here they are one configuration. */
const joints = new Set(['type', 'aors', 'auth', 'outbound_auth', 'endpoint', 'transport', 'line'])
const wholeServer = new Set(['transport', 'global', 'system'])

const settingIn = (section: ConfSection | undefined, key: string) =>
  section?.entries.findLast((entry) => entry.key.toLowerCase() === key)?.value
const listOf = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
const isOption = (object: PjsipObject, { key }: ConfEntry) => pjsipOption(object, key.toLowerCase()) !== undefined

/**
 * What a pjsip.conf becomes: each endpoint with its aor, auth, identify and registration one configuration, its templates
 * templates, what many endpoints have alike one more, and a line of report for every line. It inherits nothing from the
 * tenant’s general template, so that it goes on as it was. Pure but for `read`.
 */
export function planPjsipConf(source: PjsipConfSource): MigrationPlan {
  const conf = readConf(source.file, source.text, source.read)
  const ofType = (type: string) => conf.sections.filter((each) => !each.isTemplate && settingIn(each, 'type') === type)
  const find = (type: string, name: string | undefined) => ofType(type).find((each) => each.name === name)
  const became = new Map<ConfSection, string>()

  function targetsOf(section: ConfSection | undefined, as: SipSection, object: PjsipObject, name: string): Target[] {
    if (section === undefined) return []
    became.set(section, `the configuration ${name}, ${as}`)
    return section.entries.flatMap((entry): Target[] => {
      const option = entry.key.toLowerCase()
      return joints.has(option) || !isOption(object, entry) || entry.value === '' ? [] : [[as, option, entry.value]]
    })
  }

  const drafts = ofType('endpoint').map((section) => {
    const { name } = section
    const registration = ofType('registration').find(
      (each) => settingIn(each, 'endpoint') === name || each.name === name,
    )
    const identifies = ofType('identify').filter((each) => settingIn(each, 'endpoint') === name)
    return {
      section,
      name,
      transport: settingIn(section, 'transport'),
      parts: [
        section,
        find('aor', listOf(settingIn(section, 'aors'))[0]),
        find('auth', listOf(settingIn(section, 'auth'))[0]),
      ],
      targets: onceEach([
        ...targetsOf(section, 'endpoint', 'endpoint', name),
        ...targetsOf(find('aor', listOf(settingIn(section, 'aors'))[0]), 'aor', 'aor', name),
        ...targetsOf(find('auth', listOf(settingIn(section, 'auth'))[0]), 'auth', 'auth', name),
        ...targetsOf(find('auth', listOf(settingIn(section, 'outbound_auth'))[0]), 'outbound_auth', 'auth', name),
        ...identifies.flatMap((each) => targetsOf(each, 'identify', 'identify', name)),
        ...registrationTargetsOf(registration, name),
      ]),
      isTrunk: registration !== undefined || identifies.length > 0,
    }
  })

  function registrationTargetsOf(section: ConfSection | undefined, name: string): Target[] {
    const auth = find('auth', listOf(settingIn(section, 'outbound_auth'))[0])
    return [
      ...targetsOf(section, 'registration', 'registration', name),
      ...targetsOf(auth, 'registration_outbound_auth', 'auth', name),
    ]
  }

  const templates = templatesOf(conf, drafts, became)
  const remarks: string[] = []
  const parentsOf = new Map(
    drafts.map(({ name, parts }) => {
      const parents = [...new Set(parts.flatMap((part) => part?.parents ?? []))].filter((parent) =>
        templates.has(parent),
      )
      return [name, parents] as const
    }),
  )
  const own = new Map(
    drafts.map(({ name, targets }) => [
      name,
      difference(targets, givenBy(parentsOf.get(name) ?? [], templates)).targets,
    ]),
  )
  for (const [index, { members, targets }] of commonSettings(own).entries()) {
    const name = index === 0 ? 'common-endpoints' : `common-endpoints-${index + 1}`
    templates.set(name, { name, parents: [], targets })
    for (const member of members) parentsOf.set(member, [...(parentsOf.get(member) ?? []), name])
    remarks.push(
      `${members.length} of ${drafts.length} endpoints have these alike, so they are in the template ${name}: ${targets.map(targetText).join(', ')}`,
    )
  }

  const planned = [...templates.values()].map(
    ({ name, parents, targets }): PlannedConfiguration => ({
      kind: 'template',
      name,
      parents,
      sections: bySection(targets),
      operations: [],
      role: name.startsWith('common-') ? 'common' : 'template',
      source: name,
    }),
  )
  for (const { name, targets, transport, isTrunk } of drafts) {
    const parents = parentsOf.get(name) ?? []
    const rest = difference(targets, givenBy(parents, templates))
    planned.push({
      kind: 'endpoint',
      name,
      parents,
      sections: bySection(rest.targets),
      operations: rest.operations,
      ...(transport === undefined ? {} : { transport }),
      role: isTrunk ? 'trunk' : 'phone',
      source: name,
    })
  }
  for (const section of ofType('registration')) {
    if (became.has(section)) continue
    const sections = bySection(registrationTargetsOf(section, section.name))
    planned.push({
      kind: 'endpoint',
      name: section.name,
      parents: [],
      sections,
      operations: [],
      role: 'trunk',
      source: section.name,
    })
  }
  const options = (type: PjsipObject) =>
    ofType(type).flatMap((section) => {
      became.set(section, type)
      return section.entries.flatMap((entry): SipOption[] =>
        entry.key.toLowerCase() !== 'type' && isOption(type, entry) ? [[entry.key.toLowerCase(), entry.value]] : [],
      )
    })
  const transports = ofType('transport').map((section) => {
    became.set(section, 'a transport')
    const list = section.entries.filter((entry) => isOption('transport', entry) && entry.key.toLowerCase() !== 'type')
    return { name: section.name, options: list.map(({ key, value }): SipOption => [key.toLowerCase(), value]) }
  })
  const [global, system] = [options('global'), options('system')]
  return { configurations: planned, transports, global, system, report: reportOf(conf, became), remarks }
}

type Draft = { readonly targets: readonly Target[]; readonly parts: readonly (ConfSection | undefined)[] }

/** Of each template what all who use it end up with. */
function templatesOf(
  conf: ConfFile,
  drafts: readonly Draft[],
  became: Map<ConfSection, string>,
): Map<string, DraftTemplate> {
  const templates = new Map<string, DraftTemplate>()
  for (const section of conf.sections) {
    const type = settingIn(section, 'type') ?? usedAs(conf, section.name)
    if (!section.isTemplate || !(type === 'endpoint' || type === 'aor' || type === 'auth')) continue
    became.set(section, `the template ${section.name}`)
    const inUse = drafts.filter(({ parts }) =>
      parts.some((part) => part?.entries.some(({ template }) => template === section.name)),
    )
    const targets = section.entries.flatMap((entry): Target[] => {
      const option = entry.key.toLowerCase()
      return entry.template !== undefined || joints.has(option) || !isOption(type, entry)
        ? []
        : [[type, option, entry.value]]
    })
    const common = onceEach(targets).filter((target) =>
      inUse.every((draft) => draft.targets.some((other) => slotOf(other) === slotOf(target) && other[2] === target[2])),
    )
    templates.set(section.name, {
      name: section.name,
      parents: section.parents.filter((name) => templates.has(name)),
      targets: common,
    })
  }
  return templates
}

/** A template need not say its type: those who use it do. */
function usedAs(conf: ConfFile, name: string): string | undefined {
  const user = conf.sections.find((each) => each.parents.includes(name) && settingIn(each, 'type') !== undefined)
  return settingIn(user, 'type')
}

function reportOf(conf: ConfFile, became: ReadonlyMap<ConfSection, string>): ReportLine[] {
  const report = [
    ...conf.problems.map(({ at, problem }) => reportLine(at, 'refused', problem)),
    ...conf.includes.map((at) => reportLine(at, 'taken over', 'the file is read at this place')),
  ]
  for (const section of conf.sections) {
    const type = settingIn(section, 'type') ?? usedAs(conf, section.name)
    const what = became.get(section)
    const reason =
      type === undefined ? 'it has no type' : `objects of type ${type} that no endpoint uses are not taken over`
    report.push(reportLine(section.at, what === undefined ? 'dropped' : 'taken over', what ?? reason))
    for (const entry of section.entries) {
      if (entry.template !== undefined) continue
      const key = entry.key.toLowerCase()
      if (what === undefined) report.push(reportLine(entry.at, 'dropped', reason))
      else if (joints.has(key))
        report.push(reportLine(entry.at, 'taken over', `${what}: what belongs together is one configuration`))
      else if (!isOption(type as PjsipObject, entry))
        report.push(reportLine(entry.at, 'dropped', `${type} has no option ${key}`))
      else report.push(reportLine(entry.at, 'taken over', wholeServer.has(type ?? '') ? what : `${what}: ${key}`))
    }
  }
  return report.sort((one, other) => (one.file === other.file ? one.line - other.line : 0))
}
