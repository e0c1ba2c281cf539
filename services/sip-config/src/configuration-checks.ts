import {
  Fault,
  type FieldProblem,
  type SipConfiguration,
  type SipSection,
  sipSections,
  type Tenants,
  tenantsAbove,
} from '@strowger/schema'
import { circleOf, effectiveProblems, outboundAuthName, ownProblems, registrationAuthName } from '@strowger/sip'
import type { View } from './models.ts'
import { createPicture, type Picture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'

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

  /** Names of objects that options refer to; Asterisk does not check them, and a call fails. */
  function referenceProblems(picture: Picture, configuration: SipConfiguration): FieldProblem[] {
    const problems: FieldProblem[] = []
    const { view } = picture
    const { sections } = picture.resolved(configuration)
    const own = (name: string) => {
      if (name === configuration.name) return configuration
      return view
        .by('configuration of name', name)
        .find(({ kind, tenant }) => kind === 'endpoint' && tenant === configuration.tenant)
    }
    const has = (name: string, section: 'aor' | 'auth') => {
      const found = own(name)
      return found !== undefined && picture.resolved(found).sections[section].length > 0
    }
    const isAuth = (name: string) => {
      const base = name.replace(reserved, '')
      if (base === name) return has(name, 'auth')
      const found = own(base)
      if (found === undefined) return false
      const given = picture.resolved(found).sections
      return name === registrationAuthName(base)
        ? given.registration_outbound_auth.length > 0
        : name === outboundAuthName(base) && given.outbound_auth.length > 0
    }
    const isTransport = (name: string) => [...view.values('transport')].some((one) => one.name === name)
    const check = (
      section: 'endpoint' | 'identify' | 'registration',
      option: string,
      exists: (name: string) => boolean,
    ) => {
      for (const entry of sections[section]) {
        if (entry.option !== option) continue
        for (const name of entry.value.split(',').map((part) => part.trim()))
          if (!exists(name))
            problems.push({
              field: `/${section}_section_options`,
              problem: `${section}.${option} = ${name}: there is no such ${option.replace('outbound_', '').replace(/s$/, '')} of this tenant`,
            })
      }
    }
    check('endpoint', 'aors', (name) => has(name, 'aor'))
    check('endpoint', 'auth', isAuth)
    check('endpoint', 'outbound_auth', isAuth)
    check('endpoint', 'transport', isTransport)
    check('identify', 'endpoint', (name) => own(name) !== undefined)
    check('registration', 'endpoint', (name) => own(name) !== undefined)
    check('registration', 'outbound_auth', isAuth)
    check('registration', 'transport', isTransport)
    return problems
  }

  function endpointProblems(
    picture: Picture,
    endpoint: SipConfiguration,
    looked: readonly SipSection[] = sipSections,
  ): FieldProblem[] {
    const problems = effectiveProblems(picture.resolved(endpoint).sections, endpoint.sections, looked)
    return [...problems, ...referenceProblems(picture, endpoint)]
  }

  return {
    endpointProblems,
    /**
     * @param view with the configuration in it as it is to be, its secrets as they are to be stored
     * @param plain its own options with secrets in clear
     * @throws Fault `invalid-input` with every fault
     */
    refuse(view: View, configuration: SipConfiguration, plain: SipConfiguration['sections'], before: Picture): void {
      const structure = structureProblems(view, configuration)
      const problems = [...structure, ...ownProblems({ ...configuration, sections: plain })]
      if (problems.length === 0) {
        const picture = createPicture(view, secrets)
        if (configuration.kind === 'endpoint') problems.push(...endpointProblems(picture, configuration))
        else problems.push(...childProblems(picture, before, configuration))
      }
      if (problems.length === 0) return
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
      const [first] = problems
      throw new Fault('invalid-input', {
        detail: `${first?.field} ${first?.problem}${more}`,
        fields: problems.slice(0, 100),
      })
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
/** Sections in which a template may differ from what it was. */
function changedSections(was: SipConfiguration | undefined, is: SipConfiguration): readonly SipSection[] {
  if (was === undefined || was.templates.join() !== is.templates.join()) return sipSections
  const of = (one: SipConfiguration, section: SipSection) =>
    JSON.stringify([one.sections[section] ?? [], one.operations.filter((operation) => operation.section === section)])
  return sipSections.filter((section) => of(was, section) !== of(is, section))
}

export type ConfigurationChecks = ReturnType<typeof createConfigurationChecks>
