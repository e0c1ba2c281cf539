import { type ConfEntry, type ConfFile, type ConfSection, type ReadIncluded, readConf } from '../conf/conf-file.ts'
import { commonSettings } from './common-settings.ts'
import { domainsOf, type SourceDomains } from './domains.ts'
import { bySection, createGivenBy, type DraftTemplate, difference, givenBy } from './inheritance.ts'
import { isInherited, isOwnOnly, mapGeneral, mapSettings, ruleOf, slotOf } from './map-settings.ts'
import { generalTemplate, type MigrationPlan, type PlannedConfiguration, type ReportLine } from './plan.ts'
import { isTrunk } from './reach-rules.ts'
import { parseRegistration, registrationKeys, registrationTargets } from './registration.ts'
import { reportEntry, reportLine, targetText } from './report.ts'
import { isTrue, type PeerSettings, type Target } from './rule.ts'
import { keyOf, settingsOf } from './settings-of.ts'
import { type WholeServer, wholeServer, wholeServerKeys } from './whole-server.ts'

export interface SipConfSource {
  readonly file: string
  readonly text: string
  /** For `#include`; without it such lines are refused. */
  readonly read?: ReadIncluded
  /** users.conf, of which the sections with SIP are peers too. */
  readonly users?: { readonly file: string; readonly text: string }
  /** Transports and what else is of the whole Asterisk is not taken: it belongs to somebody else. */
  readonly isOfTenant?: boolean
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
  const domains = domainsOf(general)
  const names = new Map<string, string>()
  const remarks: string[] = []
  const inherited = general.entries.filter((entry) => isInherited(keyOf(entry)))
  const others = [...conf.sections.filter(({ name }) => name !== 'general'), ...users.sections]
  const last = new Map(others.map((section) => [section.name, section]))
  const peers = [...last.values()].filter(({ isTemplate }) => !isTemplate).map((section) => peerOf(section))

  function peerOf(section: ConfSection): Peer {
    const settings = settingsOf(section.name, [...inherited, ...section.entries])
    return {
      section,
      name: nameOf(section.name, names),
      settings,
      targets: mapSettings(settings),
      transport: transportNamed((settings.get('transport') ?? general.get('transport'))?.split(',')[0]),
      isTrunk: isTrunk(settings),
    }
  }

  function transportNamed(protocol: string | undefined): string | undefined {
    const wanted = `transport-${protocol?.trim().toLowerCase()}`
    return server.transports.find(({ name }) => name === wanted)?.name
  }

  const templates = new Map<string, DraftTemplate>()
  templates.set(generalTemplate, { name: generalTemplate, parents: [], targets: mapGeneral(general) })
  const sourceTemplates = templatesOf(conf, peers, inherited, names, templates)
  const registered = registrationsOf(general, peers, transportNamed)

  const given = createGivenBy(templates)
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
      some.map((peer) => [peer.name, difference(peer.targets, given(parentsOf.get(peer.name) ?? [])).targets]),
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
    const { targets, operations } = difference(peer.targets, given(parents))
    const label = peer.settings.get('description')
    const registration = registered.byPeer.get(peer.name)
    const transport = peer.transport ?? registration?.transport
    configurations.push({
      kind: 'endpoint',
      name: peer.name,
      ...(label ? { label: label.slice(0, 128) } : {}),
      parents,
      sections: bySection([...targets, ...(registration?.targets ?? [])]),
      operations,
      ...(transport === undefined ? {} : { transport }),
      role: peer.isTrunk || registration ? 'trunk' : 'phone',
      source: peer.section.name,
    })
  }
  configurations.push(...registered.alone(names))
  const takesServer = source.isOfTenant !== true
  const bySource = new Map(peers.map((peer) => [peer.section, peer]))
  const report = [
    ...reportOf(
      conf,
      (entry) => generalLine(entry, general, { server, domains, takesServer }),
      bySource,
      registered.report,
    ),
    ...reportOf(users, usersGeneralLine, bySource, []),
  ]
  return {
    configurations,
    // Named by peers all the same: a tenant uses those that are there.
    transports: takesServer ? server.transports : [],
    global: takesServer ? server.global : [],
    system: takesServer ? server.system : [],
    domain_alias: takesServer ? domains.aliases : [],
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
  const byName = new Map(conf.sections.toReversed().map((section) => [section.name, section]))
  const chain = (parents: readonly string[], seen: readonly string[] = []): string[] =>
    parents.flatMap((parent) =>
      seen.includes(parent) ? [] : [parent, ...chain(byName.get(parent)?.parents ?? [], [...seen, parent])],
    )
  const isParent = new Set(conf.sections.flatMap(({ parents }) => parents))
  const usersOf = new Map<string, Peer[]>()
  for (const peer of peers)
    for (const parent of new Set(chain(peer.section.parents))) {
      const inUse = usersOf.get(parent)
      if (inUse) inUse.push(peer)
      else usersOf.set(parent, [peer])
    }
  for (const section of conf.sections) {
    if (!section.isTemplate && !isParent.has(section.name)) continue
    if (section.name === 'general') continue
    const name = nameOf(section.isTemplate ? section.name : `${section.name}-template`, names)
    const parents = section.parents.flatMap((parent) => renamed.get(parent) ?? [])
    const inUse = usersOf.get(section.name) ?? []
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
function registrationsOf(
  general: PeerSettings,
  peers: readonly Peer[],
  transportNamed: (protocol: string | undefined) => string | undefined,
) {
  interface Registered {
    readonly targets: readonly Target[]
    readonly transport: string | undefined
  }
  const byPeer = new Map<string, Registered>()
  const apart: (Registered & { readonly name: string })[] = []
  const report: ReportLine[] = []
  for (const entry of general.entries) {
    if (keyOf(entry) !== 'register') continue
    const registration = parseRegistration(entry.value)
    if (registration === undefined) {
      report.push(reportLine(entry.at, 'refused', 'no registration: user[:secret[:authuser]]@host[:port][/extension]'))
      continue
    }
    const targets = registrationTargets(registration, general)
    const { host, user } = registration
    const transport = transportNamed(registration.transport)
    const candidates = peers.filter(({ name, settings }) => registration.peer === name || settings.get('host') === host)
    const peer =
      candidates.find(({ settings }) => (settings.get('defaultuser') ?? settings.get('username')) === user) ??
      candidates[0]
    const name = peer?.name ?? `${user}-${host}`.replaceAll(/[^-_.a-zA-Z0-9]/g, '-')
    if (peer && !byPeer.has(peer.name)) byPeer.set(peer.name, { targets, transport })
    else apart.push({ name, targets, transport: transport ?? transportNamed('udp') })
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
    byPeer.set(name, { targets: registrationTargets(line, general), transport: undefined })
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
  ofGeneral: (entry: ConfEntry) => ReportLine,
  peers: ReadonlyMap<ConfSection, Peer>,
  registrations: readonly ReportLine[],
): ReportLine[] {
  const report: ReportLine[] = [...registrations]
  for (const { at, problem } of conf.problems) report.push(reportLine(at, 'refused', problem))
  for (const at of conf.includes) report.push(reportLine(at, 'taken over', 'the file is read at this place'))
  for (const section of conf.sections) {
    const peer = peers.get(section)
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
    const settings = peer?.settings ?? settingsOf(section.name, section.entries)
    for (const entry of section.entries) {
      if (entry.template !== undefined || entry.at === section.at) continue
      report.push(isGeneral ? ofGeneral(entry) : reportPeerLine(entry, settings, what, peer))
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

const ofInstallation = 'it is the installation’s: the root tenant imports it'

function generalLine(
  entry: ConfEntry,
  settings: PeerSettings,
  { server, domains, takesServer }: { server: WholeServer; domains: SourceDomains; takesServer: boolean },
): ReportLine {
  const key = keyOf(entry)
  const template = `the template ${generalTemplate}`
  if (key === 'register') return reportLine(entry.at, 'taken over', 'a registration')
  if (key === 'allowguest' && isTrue(entry.value)) {
    return reportLine(
      entry.at,
      'refused',
      'callers without an account are not let in: make an endpoint named anonymous if they are to be',
    )
  }
  if (key === 'transport') return reportLine(entry.at, 'taken over', 'the transport of every peer that names none')
  if (key === 'domain') {
    if (!takesServer) return reportLine(entry.at, 'dropped', ofInstallation)
    const { outcome, what } = domains.became(entry.value)
    return reportLine(entry.at, outcome, what)
  }
  if (registrationKeys.has(key)) return reportLine(entry.at, 'taken over', 'every registration of this file')
  const isLast = settings.entries.findLast((other) => keyOf(other) === key) === entry
  // Of a setting of both, as vmexten, what the tenant has of it counts.
  if (wholeServerKeys.has(key) && !isInherited(key)) {
    if (!isLast && !addsUp.has(key)) return reportLine(entry.at, 'dropped', `a later ${entry.key} takes its place`)
    if (!takesServer) return reportLine(entry.at, 'dropped', ofInstallation)
    const what = server.became.get(key)
    return what === undefined
      ? reportLine(entry.at, 'dropped', `“${entry.value}” has no counterpart: Asterisk’s own default holds`)
      : reportLine(entry.at, 'taken over', what)
  }
  if (isOwnOnly(key) || key === 'description' || key === 'callbackextension')
    return reportLine(entry.at, 'dropped', 'it says something of one peer: here it says nothing')
  const defaults = settingsOf(
    settings.name,
    settings.entries.filter((each) => isInherited(keyOf(each))),
  )
  return reportEntry(entry, settings, template, defaults)
}

/** Of users.conf: a default for its own sections. */
function usersGeneralLine(entry: ConfEntry): ReportLine {
  if (ruleOf(keyOf(entry))) return reportLine(entry.at, 'taken over', 'every peer of this file')
  return reportEntry(entry, settingsOf('general', [entry]), '')
}

/** Settings of the whole Asterisk that stand several times. */
const addsUp = new Set(['localnet'])

/** A name that can stand in pjsip.conf, the same for the same section, and none twice. */
function nameOf(wanted: string, taken: Map<string, string>): string {
  const base = wanted.replaceAll(/[^-_.a-zA-Z0-9]/g, '-').slice(0, 70) || 'unnamed'
  let name = base
  for (let number = 2; taken.has(name) || name === 'global' || name === 'system'; number++) name = `${base}-${number}`
  taken.set(name, wanted)
  return name
}
