import type { SipOption, SipSection } from '@strowger/schema'
import { type ConfEntry, type ConfFile, type ConfSection, type ReadIncluded, readConf } from '../conf/conf-file.ts'
import { isWholeServer, type PjsipObject, pjsipOption } from '../pjsip-options/catalogue.ts'
import { isDomain } from '../pjsip-options/value-check.ts'
import { commonSettings } from './common-settings.ts'
import { bySection, createGivenBy, type DraftTemplate, difference } from './inheritance.ts'
import { onceEach, slotOf } from './map-settings.ts'
import type { MigrationPlan, PlannedConfiguration, ReportLine } from './plan.ts'
import { reportLine, targetText } from './report.ts'
import type { Target } from './rule.ts'

export interface PjsipConfSource {
  readonly file: string
  readonly text: string
  readonly read?: ReadIncluded
  /** Transports and what else is of the whole Asterisk is not taken: it belongs to somebody else. */
  readonly isOfTenant?: boolean
}

/** Options that say which objects belong together: here they are one configuration. */
const joints = new Set(['type', 'aors', 'auth', 'outbound_auth', 'endpoint', 'transport'])

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
  const objects = conf.sections.filter(({ isTemplate }) => !isTemplate)
  const byType = groupedBy(objects, (each) => settingIn(each, 'type'))
  const ofType = (type: string) => byType.get(type) ?? []
  const byName = groupedBy(objects, (each) => `${settingIn(each, 'type')} ${each.name}`)
  const find = (type: string, name: string | undefined) => byName.get(`${type} ${name}`)?.[0]
  const identifiesOf = groupedBy(ofType('identify'), (each) => settingIn(each, 'endpoint'))
  const registrationsOf = groupedBy(ofType('registration'), (each) => settingIn(each, 'endpoint'))
  const became = new Map<ConfSection, string>()

  function targetsOf(section: ConfSection | undefined, as: SipSection, object: PjsipObject, name: string): Target[] {
    if (section === undefined) return []
    became.set(section, `the configuration ${name}, ${as}`)
    return codecsInOne(section.entries).flatMap((entry): Target[] => {
      const option = entry.key.toLowerCase()
      return joints.has(option) || !isOption(object, entry) || entry.value === '' ? [] : [[as, option, entry.value]]
    })
  }

  const drafts = ofType('endpoint').map((section) => {
    const { name } = section
    const registration = registrationsOf.get(name)?.[0] ?? find('registration', name)
    const identifies = identifiesOf.get(name) ?? []
    return {
      section,
      name,
      transport: settingIn(section, 'transport'),
      aor: find('aor', listOf(settingIn(section, 'aors'))[0])?.name,
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
  const given = createGivenBy(templates)
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
    drafts.map(({ name, targets }) => [name, difference(targets, given(parentsOf.get(name) ?? [])).targets]),
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
  for (const { name, targets, transport, isTrunk, aor } of drafts) {
    const parents = parentsOf.get(name) ?? []
    const rest = difference(targets, given(parents))
    if (
      aor !== undefined &&
      aor !== name &&
      !targets.some(([section, option]) => section === 'aor' && option === 'contact')
    )
      remarks.push(`The phone of ${name} registered as ${aor}; from now on it registers as ${name}`)
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
  const takesServer = source.isOfTenant !== true
  const options = (type: PjsipObject) =>
    ofType(type).flatMap((section) => {
      if (!takesServer) return []
      became.set(section, type)
      return section.entries.flatMap((entry): SipOption[] =>
        entry.key.toLowerCase() !== 'type' && isOption(type, entry) ? [[entry.key.toLowerCase(), entry.value]] : [],
      )
    })
  const transports = (takesServer ? ofType('transport') : []).map((section) => {
    became.set(section, 'a transport')
    const list = section.entries.filter((entry) => isOption('transport', entry) && entry.key.toLowerCase() !== 'type')
    return { name: section.name, options: list.map(({ key, value }): SipOption => [key.toLowerCase(), value]) }
  })
  const [global, system] = [options('global'), options('system')]
  const aliases = (takesServer ? ofType('domain_alias') : []).flatMap((section): SipOption[] => {
    const domain = settingIn(section, 'domain')
    if (!domain || !isDomain(section.name)) return []
    became.set(section, 'another name of a domain')
    return [[section.name, domain]]
  })
  const unused = (type: string) => {
    if (type === 'domain_alias' && takesServer) return 'a name and the domain it stands for are needed'
    if (isWholeServer(type)) return 'it is the installation’s: the root tenant imports it'
    if (type === 'aor' || type === 'auth')
      return `an endpoint has one ${type} here, its first: others, and what no endpoint names, are not taken over`
    return `objects of type ${type} that no endpoint uses are not taken over`
  }
  return {
    configurations: planned,
    transports,
    global,
    system,
    domain_alias: aliases,
    report: reportOf(conf, became, unused),
    remarks,
  }
}

function groupedBy(
  sections: readonly ConfSection[],
  keyOf: (section: ConfSection) => string | undefined,
): Map<string, ConfSection[]> {
  const groups = new Map<string, ConfSection[]>()
  for (const section of sections) {
    const key = keyOf(section)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(section)
    else groups.set(key, [section])
  }
  return groups
}

const isCodecs = ({ key }: ConfEntry) => /^(?:dis)?allow$/i.test(key)

/** Asterisk adds up what several lines allow and disallow, in their order; here an option stands once. */
function codecsInOne(entries: readonly ConfEntry[]): readonly ConfEntry[] {
  const codecs = entries.filter(isCodecs)
  const keys = codecs.map(({ key }) => key.toLowerCase()).join()
  const last = codecs.at(-1)
  if (last === undefined || ['allow', 'disallow', 'disallow,allow'].includes(keys)) return entries
  const names = codecs.flatMap(({ key, value }) =>
    listOf(value).map((name) => (/^dis/i.test(key) ? `!${name.replace(/^!/, '')}` : name)),
  )
  // What stands before the last “none at all” counts for nothing.
  const value = names.slice(Math.max(0, names.lastIndexOf('!all'))).join()
  return entries.flatMap((entry) =>
    entry === last ? [{ ...entry, key: 'allow', value }] : isCodecs(entry) ? [] : [entry],
  )
}

type Draft = { readonly targets: readonly Target[]; readonly parts: readonly (ConfSection | undefined)[] }

/** Of each template what all who use it end up with. */
function templatesOf(
  conf: ConfFile,
  drafts: readonly Draft[],
  became: Map<ConfSection, string>,
): Map<string, DraftTemplate> {
  const templates = new Map<string, DraftTemplate>()
  const usersOf = new Map<string, Set<Draft>>()
  for (const draft of drafts)
    for (const { template } of draft.parts.flatMap((part) => part?.entries ?? []))
      if (template !== undefined) usersOf.set(template, (usersOf.get(template) ?? new Set()).add(draft))
  for (const section of conf.sections) {
    if (!section.isTemplate) continue
    const type = settingIn(section, 'type') ?? usedAs(conf, section.name)
    became.set(section, `said in each that uses the template ${section.name}`)
    if (!(type === 'endpoint' || type === 'aor' || type === 'auth')) continue
    became.set(section, `the template ${section.name}`)
    const inUse = [...(usersOf.get(section.name) ?? [])]
    const targets = codecsInOne(section.entries).flatMap((entry): Target[] => {
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

function reportOf(
  conf: ConfFile,
  became: ReadonlyMap<ConfSection, string>,
  unused: (type: string) => string,
): ReportLine[] {
  const report = [
    ...conf.problems.map(({ at, problem }) => reportLine(at, 'refused', problem)),
    ...conf.includes.map((at) => reportLine(at, 'taken over', 'the file is read at this place')),
  ]
  for (const section of conf.sections) {
    const type = settingIn(section, 'type') ?? (section.isTemplate ? usedAs(conf, section.name) : undefined)
    const what = became.get(section)
    const reason = type === undefined ? 'it has no type' : unused(type)
    report.push(reportLine(section.at, what === undefined ? 'dropped' : 'taken over', what ?? reason))
    for (const entry of section.entries) {
      if (entry.template !== undefined) continue
      const key = entry.key.toLowerCase()
      if (what === undefined) report.push(reportLine(entry.at, 'dropped', reason))
      else if (joints.has(key))
        report.push(reportLine(entry.at, 'taken over', `${what}: what belongs together is one configuration`))
      else if (!isOption(type as PjsipObject, entry))
        report.push(reportLine(entry.at, 'dropped', `${type} has no option ${key}`))
      else report.push(reportLine(entry.at, 'taken over', isWholeServer(type ?? '') ? what : `${what}: ${key}`))
    }
  }
  return report.sort((one, other) => (one.file === other.file ? one.line - other.line : 0))
}
