import type { FieldProblem, SipConfiguration } from '@strowger/schema'
import { outboundAuthName, registrationAuthName } from '@strowger/sip'
import type { Picture } from './picture.ts'

const named = 5
const ofAnother = /^(?:auth_reg_|outbound_auth_)/

/** Names of objects that options refer to; Asterisk does not check them, and a call fails. */
export function referenceProblems(picture: Picture, configuration: SipConfiguration): FieldProblem[] {
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
    const base = name.replace(ofAnother, '')
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

/** Endpoints that name one of these and would name nothing any more: the first few. */
export function brokenReferences(before: Picture, after: Picture, names: readonly string[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  const looked = new Set<string>()
  for (const name of names)
    for (const referrer of before.view.by('naming in options', name))
      for (const { uuid } of before.dependents(referrer.uuid)) {
        const [was, is] = [before.view.get('configuration', uuid), after.view.get('configuration', uuid)]
        // Of what names itself its own checks tell.
        if (looked.has(uuid) || was === undefined || is === undefined || names.includes(was.name)) continue
        looked.add(uuid)
        const known = new Set(referenceProblems(before, was).map(({ problem }) => problem))
        const added = referenceProblems(after, is).find(({ problem }) => !known.has(problem))
        if (added === undefined) continue
        problems.push({ field: added.field, problem: `${added.problem}, for the endpoint ${is.name} that names it` })
        if (problems.length === named) return problems
      }
  return problems
}
