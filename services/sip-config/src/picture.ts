import type { SipConfiguration } from '@strowger/schema'
import { createResolver, type ObjectParts, objectsOf, type Resolved, type SipObject } from '@strowger/sip'
import type { View } from './models.ts'
import type { SipSecrets } from './secrets.ts'

/** Configurations as they come out: resolved, and the objects that Asterisk is to have. Of one view at one moment. */
export interface Picture {
  readonly view: View
  resolved(configuration: SipConfiguration): Resolved
  /** Of an endpoint; none of a template. */
  objects(configuration: SipConfiguration): SipObject[]
  /** Likewise with secrets as they are stored: what is the same is sealed the same, and nothing need be opened. */
  sealedObjects(configuration: SipConfiguration): SipObject[]
  /** Every endpoint that inherits from this configuration, itself when it is one. */
  dependents(uuid: string): SipConfiguration[]
  /** After templates of the view changed. */
  forget(): void
}

export function createPicture(view: View, secrets: SipSecrets): Picture {
  const resolver = createResolver((uuid) => view.get('configuration', uuid))

  function callerId(line: { callerIdName?: string; callerIdNumber?: string; id: number }): string | undefined {
    const { callerIdName: name, callerIdNumber = firstExtension(view, line.id) } = line
    if (name === undefined) return undefined
    return `"${name}"${callerIdNumber === undefined ? '' : ` <${callerIdNumber}>`}`
  }

  function build(configuration: SipConfiguration, open: ObjectParts['open']): SipObject[] {
    if (configuration.kind === 'template') return []
    const [line] = view.by('line of endpoint', configuration.uuid)
    const [trunk] = view.by('trunk of endpoint', configuration.uuid)
    const shown = line && callerId(line)
    return objectsOf(configuration, resolver.resolve(configuration), {
      ...(line
        ? { line: { id: line.id, context: line.context, users: line.users, ...(shown ? { callerId: shown } : {}) } }
        : {}),
      ...(trunk ? { trunk: { id: trunk.id, ...(trunk.context ? { context: trunk.context } : {}) } } : {}),
      transportName: (uuid) => view.get('transport', uuid)?.name,
      open,
    })
  }

  return {
    view,
    resolved: (configuration) => resolver.resolve(configuration),
    objects: (configuration) =>
      build(configuration, ({ by, option, value }, section) => secrets.open(by, section, option, value)),
    sealedObjects: (configuration) => build(configuration, ({ value }) => value),
    dependents(uuid) {
      const found = new Map<string, SipConfiguration>()
      const visit = (at: string) => {
        const configuration = view.get('configuration', at)
        if (configuration === undefined || found.has(at)) return
        found.set(at, configuration)
        for (const child of view.by('child of template', at)) visit(child.uuid)
      }
      visit(uuid)
      return [...found.values()].filter(({ kind }) => kind === 'endpoint')
    },
    forget: () => resolver.forget(),
  }
}

/** The lowest of a line’s extensions by id: the first it was given. */
export function firstExtension(view: View, line: number): string | undefined {
  const [first] = view.by('extension of line', String(line)).sort((a, b) => a.id - b.id)
  return first?.exten
}
