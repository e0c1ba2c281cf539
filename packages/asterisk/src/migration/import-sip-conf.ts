import { type ConfEntry, type ConfFile, type ConfSection, type ReadIncluded, readConf } from '../conf/conf-file.ts'
import { commonSettings } from './common-settings.ts'
import { bySection, type DraftTemplate, difference, givenBy } from './inheritance.ts'
import { isInherited, mapGeneral, mapSettings, ruleOf, slotOf } from './map-settings.ts'
import { generalTemplate, type MigrationPlan, type PlannedConfiguration, type ReportLine } from './plan.ts'
import { isTrunk } from './reach-rules.ts'
import { parseRegistration, registrationKeys, registrationTargets } from './registration.ts'
import { reportEntry, reportLine, targetText } from './report.ts'
import { isTrue, type PeerSettings, type Target } from './rule.ts'
import { keyOf, settingsOf } from './settings-of.ts'
import { wholeServer, wholeServerKeys } from './whole-server.ts'

export interface SipConfSource {
  readonly file: string
  readonly text: string
  /** For `#include`; without it such lines are refused. */
  readonly read?: ReadIncluded
  /** users.conf, of which the sections with SIP are peers too. */
  readonly users?: { readonly file: string; readonly text: string }
}

interface Peer {
  readonly section: ConfSection
  readonly name: string
  readonly settings: PeerSettings
  readonly targets: Target[]
  readonly transport: string | undefined
  readonly isTrunk: boolean
}

/**
 * What a sip.conf of chan_sip becomes here: `[general]` the tenant’s general template, its templates templates, each
 * peer a configuration that says only what its parents do not, what many peers have alike a template of its own, and a
 * line of report for every line of the source. Nothing is changed; the same text gives the same plan. Pure but for `read`.
 */
export function planSipConf(source: SipConfSource): MigrationPlan {
  const conf = readConf(source.file, source.text, source.read)
  const users = usersOf(source)
  const general = settingsOf(
    'general',
    conf.sections.filter(({ name }) => name === 'general').flatMap(({ entries }) => entries),
  )
  const server = wholeServer(general)
  const names = new Map<string, string>()
  const remarks: string[] = []
  const inherited = general.entries.filter((entry) => isInherited(keyOf(entry)))
  const others = [...conf.sections.filter(({ name }) => name !== 'general'), ...users.sections]
  const last = new Map(others.map((section) => [section.name, section]))
  const peers = [...last.values()].filter(({ isTemplate }) => !isTemplate).map((section) => peerOf(section))

  function peerOf(section: ConfSection): Peer {
    const settings = settingsOf(section.name, [...inherited, ...section.entries])
    const first = settings.get('transport')?.split(',')[0]?.trim().toLowerCase()
    const transport = server.transports.find(({ name }) => name === `transport-${first}`)?.name
    return {
      section,
      name: nameOf(section.name, names),
      settings,
      targets: mapSettings(settings),
      transport: first === undefined ? undefined : transport,
      isTrunk: isTrunk(settings),
    }
  }

  const templates = new Map<string, DraftTemplate>()
  templates.set(generalTemplate, { name: generalTemplate, parents: [], targets: mapGeneral(general) })
  const sourceTemplates = templatesOf(conf, peers, inherited, names, templates)
  const registered = registrationsOf(
    general,
    peers,
    server.transports.map(({ name }) => name),
  )

  const parentsOf = new Map(
    peers.map((peer) => {
      const named = peer.section.parents.flatMap((parent) => sourceTemplates.get(parent) ?? [])
      return [peer.name, named.length > 0 ? named : [generalTemplate]] as const
    }),
  )
  for (const [kind, some] of [
    ['phones', peers.filter((peer) => !peer.isTrunk)],
    ['trunks', peers.filter((peer) => peer.isTrunk)],
  ] as const) {
    const own = new Map(
      some.map((peer) => [
        peer.name,
        difference(peer.targets, givenBy(parentsOf.get(peer.name) ?? [], templates)).targets,
      ]),
    )
    for (const [index, group] of commonSettings(own).entries()) {
      const name = nameOf(index === 0 ? `common-${kind}` : `common-${kind}-${index + 1}`, names)
      templates.set(name, { name, parents: [], targets: group.targets })
      for (const member of group.members) parentsOf.set(member, [...(parentsOf.get(member) ?? []), name])
      remarks.push(
        `${group.members.length} of ${some.length} ${kind} have these alike, so they are in the template ${name}: ${group.targets.map(targetText).join(', ')}`,
      )
    }
  }

  const configurations: PlannedConfiguration[] = [...templates.values()].map(({ name, parents, targets }) => ({
    kind: 'template',
    name,
    parents,
    sections: bySection(targets),
    operations: [],
    role: name === generalTemplate ? 'general' : name.startsWith('common-') ? 'common' : 'template',
    source: name,
  }))
  for (const peer of peers) {
    const parents = parentsOf.get(peer.name) ?? []
    const { targets, operations } = difference(peer.targets, givenBy(parents, templates))
    const label = peer.settings.get('description')
    configurations.push({
      kind: 'endpoint',
      name: peer.name,
      ...(label ? { label: label.slice(0, 128) } : {}),
      parents,
      sections: bySection([...targets, ...(registered.byPeer.get(peer.name) ?? [])]),
      operations,
      ...(peer.transport === undefined ? {} : { transport: peer.transport }),
      role: peer.isTrunk || registered.byPeer.has(peer.name) ? 'trunk' : 'phone',
      source: peer.section.name,
    })
  }
  configurations.push(...registered.alone(names))
  const report = [
    ...reportOf(conf, general, server.became, peers, registered.report),
    ...reportOf(users, general, new Map(), peers, []),
  ]
  return {
    configurations,
    transports: server.transports,
    global: server.global,
    system: server.system,
    report: report.sort((one, other) => (one.file === other.file ? one.line - other.line : 0)),
    remarks,
  }
}

/** users.conf: each section with SIP is a friend that registers, with the defaults of its `[general]`. */
function usersOf({ users, read }: SipConfSource): ConfFile {
  if (users === undefined) return { sections: [], problems: [], includes: [] }
  const conf = readConf(users.file, users.text, read)
  const general = conf.sections.find(({ name }) => name === 'general')?.entries ?? []
  const implied = (at: ConfSection['at']): ConfEntry[] => [
    { key: 'type', value: 'friend', at },
    { key: 'host', value: 'dynamic', at },
  ]
  const sections = conf.sections.flatMap((section): ConfSection[] => {
    if (section.name === 'general') return []
    const entries = [...implied(section.at), ...general, ...section.entries]
    const hasSip = entries.findLast(({ key }) => key.toLowerCase() === 'hassip')?.value
    return section.isTemplate || isTrue(hasSip) ? [{ ...section, entries }] : []
  })
  return { ...conf, sections }
}

/** The templates of the source. Each has of its own settings what all its users end up with. */
function templatesOf(
  conf: ConfFile,
  peers: readonly Peer[],
  inherited: readonly ConfEntry[],
  names: Map<string, string>,
  templates: Map<string, DraftTemplate>,
): Map<string, string> {
  const renamed = new Map<string, string>()
  const chain = (parents: readonly string[]): string[] =>
    parents.flatMap((parent) => [parent, ...chain(conf.sections.find(({ name }) => name === parent)?.parents ?? [])])
  const isParent = new Set(conf.sections.flatMap(({ parents }) => parents))
  for (const section of conf.sections) {
    if (!section.isTemplate && !isParent.has(section.name)) continue
    if (section.name === 'general') continue
    const name = nameOf(section.isTemplate ? section.name : `${section.name}-template`, names)
    const parents = section.parents.flatMap((parent) => renamed.get(parent) ?? [])
    const inUse = peers.filter((peer) => chain(peer.section.parents).includes(section.name))
    const own = new Set(section.entries.filter(({ template }) => template === undefined).map(keyOf))
    const alone = settingsOf(section.name, [...inherited, ...section.entries])
    const fromOwn = [...own].flatMap((key) => ruleOf(key)?.to(alone) ?? [])
    const common = fromOwn.filter((target) =>
      inUse.every(({ targets }) => targets.some((other) => slotOf(other) === slotOf(target) && other[2] === target[2])),
    )
    const above = parents.length > 0 ? parents : [generalTemplate]
    const { targets } = difference(common, givenBy(above, templates))
    templates.set(name, { name, parents: above, targets })
    renamed.set(section.name, name)
  }
  return renamed
}

/** Lines `register =>`, put to the trunk they belong to. */
function registrationsOf(general: PeerSettings, peers: readonly Peer[], transports: readonly string[]) {
  const byPeer = new Map<string, Target[]>()
  const apart: { name: string; targets: Target[]; transport: string | undefined }[] = []
  const report: ReportLine[] = []
  for (const entry of general.entries) {
    if (keyOf(entry) !== 'register') continue
    const registration = parseRegistration(entry.value)
    if (registration === undefined) {
      report.push(reportLine(entry.at, 'refused', 'no registration: user[:secret[:authuser]]@host[:port][/extension]'))
      continue
    }
    const targets = registrationTargets(registration, general)
    const { host, user, transport } = registration
    const candidates = peers.filter(({ name, settings }) => registration.peer === name || settings.get('host') === host)
    const peer =
      candidates.find(({ settings }) => (settings.get('defaultuser') ?? settings.get('username')) === user) ??
      candidates[0]
    const name = peer?.name ?? `${user}-${host}`.replaceAll(/[^-_.a-zA-Z0-9]/g, '-')
    if (peer && !byPeer.has(peer.name)) {
      // Calls that come by it are found by the line that Asterisk writes into the contact.
      byPeer.set(peer.name, targets)
    } else {
      const wanted = `transport-${transport ?? 'udp'}`
      apart.push({ name, targets, transport: transports.includes(wanted) ? wanted : undefined })
    }
    report.push(reportLine(entry.at, 'taken over', `${name}: ${targets.map(targetText).join(', ')}`))
  }
  for (const { name, settings } of peers) {
    const extension = settings.get('callbackextension')
    const [host, user] = [
      settings.get('host'),
      settings.get('defaultuser') ?? settings.get('username') ?? settings.get('fromuser'),
    ]
    if (!extension || !host || !user || byPeer.has(name)) continue
    const port = settings.get('port')
    const secret = settings.get('remotesecret') ?? settings.get('secret')
    const line = {
      peer: name,
      transport: undefined,
      user,
      domain: settings.get('fromdomain'),
      secret,
      authUser: undefined,
      host,
      port,
      extension,
      expiry: undefined,
    }
    byPeer.set(name, registrationTargets(line, general))
  }
  const alone = (names: Map<string, string>): PlannedConfiguration[] =>
    apart.map(({ name, targets, transport }) => ({
      kind: 'endpoint',
      name: nameOf(name, names),
      parents: [generalTemplate],
      sections: bySection(targets),
      operations: [],
      ...(transport === undefined ? {} : { transport }),
      role: 'trunk',
      source: name,
    }))
  return { byPeer, alone, report }
}

/** A line for each line of the source that says something. */
function reportOf(
  conf: ConfFile,
  general: PeerSettings,
  became: ReadonlyMap<string, string>,
  peers: readonly Peer[],
  registrations: readonly ReportLine[],
): ReportLine[] {
  const report: ReportLine[] = [...registrations]
  for (const { at, problem } of conf.problems) report.push(reportLine(at, 'refused', problem))
  for (const at of conf.includes) report.push(reportLine(at, 'taken over', 'the file is read at this place'))
  for (const section of conf.sections) {
    const peer = peers.find((each) => each.section === section)
    const isGeneral = section.name === 'general'
    const what = isGeneral
      ? `the template ${generalTemplate}`
      : section.isTemplate
        ? `a template`
        : `the configuration ${peer?.name ?? section.name}`
    const outcome = isGeneral || section.isTemplate || peer ? 'taken over' : 'dropped'
    report.push(
      reportLine(section.at, outcome, outcome === 'dropped' ? 'a later section of this name takes its place' : what),
    )
    const settings = isGeneral ? general : (peer?.settings ?? settingsOf(section.name, section.entries))
    for (const entry of section.entries) {
      if (entry.template !== undefined || entry.at === section.at) continue
      report.push(isGeneral ? generalLine(entry, settings, became) : reportPeerLine(entry, settings, what, peer))
    }
  }
  const seen = new Set<string>()
  return report.filter(({ file, line }) => {
    const place = `${file}:${line}`
    return !seen.has(place) && seen.add(place)
  })
}

function reportPeerLine(entry: ConfEntry, settings: PeerSettings, what: string, peer: Peer | undefined): ReportLine {
  const key = keyOf(entry)
  if (key === 'transport' && peer) {
    return peer.transport === undefined
      ? reportLine(entry.at, 'dropped', 'there is no such transport in [general]')
      : reportLine(entry.at, 'taken over', `${what}: transport ${peer.transport}`)
  }
  if (key === 'description') return reportLine(entry.at, 'taken over', `${what}: its label`)
  if (key === 'callbackextension') return reportLine(entry.at, 'taken over', `${what}: its registration`)
  return reportEntry(entry, settings, what)
}

function generalLine(entry: ConfEntry, settings: PeerSettings, became: ReadonlyMap<string, string>): ReportLine {
  const key = keyOf(entry)
  if (key === 'register') return reportLine(entry.at, 'taken over', 'a registration')
  if (key === 'allowguest' && isTrue(entry.value)) {
    return reportLine(
      entry.at,
      'refused',
      'callers without an account are not let in: make an endpoint named anonymous if they are to be',
    )
  }
  if (key === 'domain') return reportLine(entry.at, 'dropped', 'make it a domain_alias in pjsip.conf')
  if (registrationKeys.has(key)) return reportLine(entry.at, 'taken over', 'every registration of this file')
  if (became.has(key)) return reportLine(entry.at, 'taken over', became.get(key) ?? '')
  if (wholeServerKeys.has(key)) return reportLine(entry.at, 'dropped', 'Asterisk does so by itself')
  return reportEntry(entry, settings, `the template ${generalTemplate}`)
}

/** A name that can stand in pjsip.conf, the same for the same section, and none twice. */
function nameOf(wanted: string, taken: Map<string, string>): string {
  const base = wanted.replaceAll(/[^-_.a-zA-Z0-9]/g, '-').slice(0, 70) || 'unnamed'
  let name = base
  for (let number = 2; taken.has(name) || name === 'global' || name === 'system'; number++) name = `${base}-${number}`
  taken.set(name, wanted)
  return name
}
