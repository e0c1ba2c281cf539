import { type SipConfiguration, type SipExplanation, secretMask } from '@strowger/schema'
import { explainOptions, isSecret, type SipObject } from '@strowger/sip'
import type { ConfigurationChecks } from './configuration-checks.ts'
import type { Picture } from './picture.ts'

type Setter = SipExplanation['options'][number]['set_by']

/** Why a configuration comes out as it does. */
export function explanationOf(
  configuration: SipConfiguration,
  picture: Picture,
  checks: Pick<ConfigurationChecks, 'endpointProblems'>,
): SipExplanation {
  const resolved = picture.resolved(configuration)
  const { options, withdrawn } = explainOptions(resolved)
  const setters = new Map(resolved.chain.map((one) => [one.uuid, setterOf(one)]))
  const setter = (by: string): Setter => setters.get(by) ?? { name: by }
  const shown = (section: SipExplanation['options'][number]['section'], option: string, value: string) =>
    isSecret(section as 'auth', option) ? secretMask : value

  const chosen = resolved.chain.flatMap((one) =>
    one.transport === undefined
      ? []
      : [{ value: picture.view.get('transport', one.transport)?.name ?? one.transport, set_by: setterOf(one) }],
  )
  const [transport, ...others] = chosen.toReversed()

  return {
    uuid: configuration.uuid,
    name: configuration.name,
    ...(transport === undefined ? {} : { transport: { ...transport, overrides: others } }),
    chain: resolved.chain.map((one) => ({ ...setterOf(one), revision: one.revision })),
    options: options.map(({ section, option, value, by, overrides }) => ({
      section,
      option,
      value: shown(section, option, value),
      set_by: setter(by),
      overrides: overrides.map((entry) => ({ value: shown(section, option, entry.value), set_by: setter(entry.by) })),
    })),
    withdrawn: withdrawn.map(({ section, option, value, by, withdrawnBy }) => ({
      section,
      option,
      value: shown(section, option, value),
      set_by: setter(by),
      withdrawn_by: setter(withdrawnBy),
    })),
    objects: picture.objects(configuration).map((object) => explainedObject(object, setter)),
    problems: [
      ...resolved.missing.map(
        ({ configuration: child, parent }) => `${setter(child).name}: there is no template ${parent}`,
      ),
      ...(configuration.kind === 'endpoint'
        ? checks.endpointProblems(picture, configuration).map(({ problem }) => problem)
        : []),
    ],
  }
}

function setterOf({ uuid, name, label, tenant }: SipConfiguration): Setter {
  return { uuid, name, ...(label === undefined ? {} : { label }), tenant_uuid: tenant }
}

function explainedObject({ type, id, fields, origins }: SipObject, setter: (by: string) => Setter) {
  const hides = (option: string) => type === 'auth' && isSecret('auth', option)
  return {
    type,
    id,
    fields: fields.map(([option, value], index) => ({
      option,
      value: hides(option) ? secretMask : value,
      set_by: setter(origins[index] ?? 'composed'),
    })),
  }
}
