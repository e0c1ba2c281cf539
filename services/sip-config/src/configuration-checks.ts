import {
  Fault,
  type FieldProblem,
  type SipConfiguration,
  type SipSection,
  sipSections,
  type Tenants,
  tenantsAbove,
} from '@strowger/schema'
import { circleOf, effectiveProblems, ownProblems } from '@strowger/sip'
import type { View } from './models.ts'
import { createPicture, type Picture } from './picture.ts'
import { brokenReferences, referenceProblems } from './reference-checks.ts'
import type { SipSecrets } from './secrets.ts'
import { boundaryProblems } from './tenant-boundaries.ts'

const childrenNamed = 5
const reserved = /^(?:auth_reg_|outbound_auth_)/

/** Refuses configurations that Asterisk would, or that could not be resolved: every fault at once. */
export function createConfigurationChecks(parts: { tenants: Tenants; secrets: SipSecrets }) {
  const { tenants, secrets } = parts

  function structureProblems(view: View, configuration: SipConfiguration): FieldProblem[] {
    const problems: FieldProblem[] = []
    const { uuid, name, tenant, templates, transport } = configuration
    if (name === 'global' || name === 'system')
      problems.push({ field: '/name', problem: 'must not be global or system' })
    if (reserved.test(name))
      problems.push({
        field: '/name',
        problem: 'must not begin with auth_reg_ or outbound_auth_: objects are named so',
      })
    for (const [index, parent] of templates.entries()) {
      const field = `/templates/${index}`
      const found = view.get('configuration', parent)
      if (parent === uuid) problems.push({ field, problem: 'a template cannot inherit from itself' })
      else if (found === undefined || found.kind !== 'template' || !mayInherit(tenant, found))
        problems.push({ field, problem: `there is no template ${parent} of this tenant, or shared by one above it` })
      if (templates.indexOf(parent) !== index) problems.push({ field, problem: 'is named twice' })
    }
    const circle = circleOf(uuid, templates, (at) => (at === uuid ? configuration : view.get('configuration', at)))
    if (circle && circle.length > 2) {
      const names = circle.map(
        (at) => view.get('configuration', at)?.label ?? view.get('configuration', at)?.name ?? name,
      )
      problems.push({ field: '/templates', problem: `would make a circle: ${names.join(', ')}` })
    }
    if (transport !== undefined && view.get('transport', transport) === undefined)
      problems.push({ field: '/transport', problem: `there is no transport ${transport}` })
    return problems
  }

  function mayInherit(tenant: string, parent: SipConfiguration): boolean {
    return parent.tenant === tenant || (parent.shared && tenantsAbove(tenants, tenant).includes(parent.tenant))
  }

  function endpointProblems(
    picture: Picture,
    endpoint: SipConfiguration,
    looked: readonly SipSection[] = sipSections,
  ): FieldProblem[] {
    const problems = effectiveProblems(picture.resolved(endpoint).sections, endpoint.sections, looked)
    return [...problems, ...referenceProblems(picture, endpoint)]
  }

  /** Tenants below lose what they inherit when it is shared no more. */
  function sharingProblems(before: View, configuration: SipConfiguration): FieldProblem[] {
    if (configuration.shared || before.get('configuration', configuration.uuid)?.shared !== true) return []
    const users = before.by('child of template', configuration.uuid)
    const others = users.filter(({ tenant }) => tenant !== configuration.tenant).map(({ name }) => name)
    if (others.length === 0) return []
    const shown = `${others.slice(0, childrenNamed).join(', ')}${others.length > childrenNamed ? ', …' : ''}`
    return [{ field: '/shared', problem: `${others.length} of tenants below inherit from it: ${shown}` }]
  }

  return {
    endpointProblems,
    /**
     * @param view with the configuration in it as it is to be, its secrets as they are to be stored
     * @param plain its own options with secrets in clear
     * @param picture of the view; given when many are checked against one
     * @throws Fault `invalid-input` with every fault
     */
    refuse(
      view: View,
      configuration: SipConfiguration,
      plain: SipConfiguration['sections'],
      before: Picture,
      picture: Picture = createPicture(view, secrets),
    ): void {
      const structure = [...structureProblems(view, configuration), ...sharingProblems(before.view, configuration)]
      const own = [...ownProblems({ ...configuration, sections: plain }), ...boundaryProblems(configuration, tenants)]
      const problems = [...structure, ...own]
      if (structure.length === 0 && configuration.kind === 'endpoint') {
        // Of an option that is wrong by itself it is told once.
        const isNews = ({ problem }: FieldProblem) => !own.some((known) => known.problem.startsWith(nameIn(problem)))
        problems.push(...endpointProblems(picture, configuration).filter(isNews))
      }
      if (problems.length === 0) {
        if (configuration.kind === 'template') problems.push(...childProblems(picture, before, configuration))
        else {
          const was = before.view.get('configuration', configuration.uuid)
          if (was) problems.push(...brokenReferences(before, picture, [was.name]))
        }
      }
      refuseAll(problems)
    },
    /** @throws Fault `in-use` when others name what goes. */
    refuseNamed(before: Picture, view: View, names: readonly string[]): void {
      const [first] = brokenReferences(before, createPicture(view, secrets), names)
      if (first) throw new Fault('in-use', { detail: `${first.field} ${first.problem}`, fields: [first] })
    },
  }

  /** What a template would make wrong of those that inherit from it, and was not wrong before. */
  function childProblems(picture: Picture, before: Picture, template: SipConfiguration): FieldProblem[] {
    const problems: FieldProblem[] = []
    const looked = changedSections(before.view.get('configuration', template.uuid), template)
    for (const child of picture.dependents(template.uuid)) {
      const found = endpointProblems(picture, child, looked)
      if (found.length === 0) continue
      const known = new Set(endpointProblems(before, child).map(({ problem }) => problem))
      const added = found.find(({ problem }) => !known.has(problem))
      if (added === undefined) continue
      problems.push({
        field: added.field,
        problem: `${added.problem}, for the endpoint ${child.name} that inherits this`,
      })
      if (problems.length === childrenNamed) break
    }
    return problems
  }
}

/** As `endpoint.timers_min_se` at the beginning of what is said of it. */
const nameIn = (problem: string) => `${problem.split(' ')[0]} `

function refuseAll(problems: readonly FieldProblem[]): void {
  const [first] = problems
  if (first === undefined) return
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  throw new Fault('invalid-input', {
    detail: `${first.field} ${first.problem}${more}`,
    fields: problems.slice(0, 100),
  })
}

/** Sections in which a template may differ from what it was. */
function changedSections(was: SipConfiguration | undefined, is: SipConfiguration): readonly SipSection[] {
  if (was === undefined || was.templates.join() !== is.templates.join()) return sipSections
  const of = (one: SipConfiguration, section: SipSection) =>
    JSON.stringify([one.sections[section] ?? [], one.operations.filter((operation) => operation.section === section)])
  return sipSections.filter((section) => of(was, section) !== of(is, section))
}

export type ConfigurationChecks = ReturnType<typeof createConfigurationChecks>
