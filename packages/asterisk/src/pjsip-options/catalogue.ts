import { aorOptions } from './aor-options.ts'
import { authOptions } from './auth-options.ts'
import { domainAliasOptions } from './domain-alias-options.ts'
import { endpointOptions } from './endpoint-options.ts'
import { globalOptions } from './global-options.ts'
import { identifyOptions } from './identify-options.ts'
import type { OptionTable, PjsipOption } from './option.ts'
import { registrationOptions } from './registration-options.ts'
import { systemOptions } from './system-options.ts'
import { transportOptions } from './transport-options.ts'

/** Types of objects that have options here. */
export type PjsipObject = 'endpoint' | 'auth' | 'aor' | 'identify' | 'registration' | WholeServerObject

/** Those of the whole Asterisk, which no tenant has of its own; the order in which a file names them. */
export const wholeServerObjects = ['global', 'system', 'transport', 'domain_alias'] as const
export type WholeServerObject = (typeof wholeServerObjects)[number]

export function isWholeServer(object: string): object is WholeServerObject {
  return (wholeServerObjects as readonly string[]).includes(object)
}

/** Every option of `res_pjsip` that an administrator can set, by object and name. */
export const pjsipOptions: Readonly<Record<PjsipObject, OptionTable>> = {
  endpoint: endpointOptions,
  auth: authOptions,
  aor: aorOptions,
  identify: identifyOptions,
  registration: registrationOptions,
  transport: transportOptions,
  global: globalOptions,
  system: systemOptions,
  domain_alias: domainAliasOptions,
}

/** The option of that name; undefined when there is none. */
export function pjsipOption(object: PjsipObject, name: string): PjsipOption | undefined {
  return Object.hasOwn(pjsipOptions[object], name) ? pjsipOptions[object][name] : undefined
}
