import { type Device, type FileAnswer, type Policy, rootTenantId } from '@strowger/schema'
import { isAllowed } from './allow-list.ts'
import { firstBootEnd } from './first-boot.ts'

/** What a request has shown, as far as it could be verified for the device that it is about. */
export interface Shown {
  /**
   * `own`: the device’s. `former`: one that was the device’s, in its tenant or in the root. `tenant`: of the device’s
   * tenant. `root`: of the root tenant. `wrong`: any other.
   */
  readonly key: 'none' | 'own' | 'former' | 'tenant' | 'root' | 'wrong'
  /** When the key shown ends to be good. */
  readonly keyUntilMs?: number | undefined
  readonly password: 'none' | 'own' | 'wrong'
  /** Of a certificate that a root vouches for. */
  readonly certificateMac?: string | undefined
}

export type Admission =
  | {
      readonly kind: 'admitted'
      /** Its own key, password or certificate was shown: no other phone can ask so. */
      readonly proven: boolean
      /** When this ends, whatever else stays as it is. */
      readonly untilMs?: number | undefined
      /** The first boot that this request begins. */
      readonly begins?: { readonly address: string; readonly until: string }
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly refusal?: FileAnswer['refusal'] }

export interface AdmissionQuestion {
  readonly policy: Policy
  /** Undefined: a phone that nobody knows yet; `tenant` is whose it would become. */
  readonly device: Device | undefined
  readonly tenant: string
  readonly mac: string | undefined
  readonly hasFetched: boolean
  readonly shown: Shown
  readonly transport: 'http' | 'tftp'
  readonly address: string
  /** May the file hold credentials? */
  readonly sensitive: boolean
  readonly nowMs: number
}

/** Whether this policy lets everybody in. */
export function isOpen(policy: Policy): boolean {
  const { keys, basicAuth, clientCertificate, allow, consentHours } = policy
  return (
    keys === 'off' && basicAuth === 'off' && clientCertificate === 'off' && allow.length === 0 && consentHours === null
  )
}

/** May a request be answered, by what the policy of the tenant demands? Whose the file is comes after this. Pure. */
export function admission(question: AdmissionQuestion): Admission {
  const { policy, shown, transport, address, sensitive } = question
  if (!isAllowed(policy.allow, address)) return refused('the address is not in the list of the tenant')
  if (shown.key === 'wrong') return { ...refused('the provisioning key is wrong'), refusal: 'wrong-key' }

  const boot = firstBoot(question)
  const limits: number[] = []
  const needsKey = policy.keys === 'required' && shown.key !== 'own'
  if (needsKey && boot === undefined) return { ...refused(keyReason(question)), refusal: 'wrong-key' }
  const needsPassword = policy.basicAuth === 'required' && shown.password !== 'own' && transport === 'http'
  const usedBoot = needsKey || needsPassword ? boot : undefined
  if (usedBoot) limits.push(usedBoot.untilMs)
  if (needsKey && shown.keyUntilMs !== undefined) limits.push(shown.keyUntilMs)

  if (transport === 'tftp') {
    // Neither can be shown over TFTP.
    if (sensitive && policy.basicAuth === 'required') return refused('the file is not given over TFTP')
    if (sensitive && policy.clientCertificate === 'required') return refused('the file is not given over TFTP')
  } else {
    // Which phone it is is not known before the password is there: a new one gets it by its first boot.
    if (needsPassword && boot === undefined) return passwordProblem(shown)
    if (policy.clientCertificate === 'required') {
      if (shown.certificateMac === undefined) return refused('the phone has shown no certificate of its own')
      if (shown.certificateMac !== question.mac) return refused('the certificate is another phone’s')
    }
  }

  const consentMs = sensitive ? consentEnd(question) : undefined
  if (consentMs !== undefined && consentMs <= question.nowMs) return refused('the consent to this device has run out')
  if (consentMs !== undefined) limits.push(consentMs)

  const begins = usedBoot?.begins ? { address, until: new Date(usedBoot.untilMs).toISOString() } : undefined
  return {
    kind: 'admitted',
    proven: shown.key === 'own' || shown.password === 'own' || isOwnCertificate(question),
    untilMs: limits.length === 0 ? undefined : Math.min(...limits),
    ...(begins ? { begins } : {}),
  }
}

function refused(reason: string): Extract<Admission, { kind: 'refused' }> {
  return { kind: 'refused', reason }
}

function isOwnCertificate({ shown, mac }: AdmissionQuestion): boolean {
  return mac !== undefined && shown.certificateMac === mac
}

function keyReason({ shown }: AdmissionQuestion): string {
  if (shown.key === 'none') return 'a provisioning key is required'
  return 'the first boot is over: the device’s own provisioning key is required'
}

/**
 * The first boot under which a request without its own key may be answered: one that is open, for its address; or one
 * that this request begins, since the phone is new, or none has begun.
 */
function firstBoot(question: AdmissionQuestion): { untilMs: number; begins: boolean } | undefined {
  const { device, tenant, shown, address, hasFetched, nowMs } = question
  const begun = device?.firstBoot
  if (begun !== undefined) {
    const untilMs = Date.parse(begun.until)
    return begun.address === address && nowMs < untilMs ? { untilMs, begins: false } : undefined
  }
  const isPlugAndPlay = tenant === rootTenantId && (shown.key === 'none' || shown.key === 'root')
  if (shown.key !== 'tenant' && !isPlugAndPlay) return undefined
  // A phone that has had its files before is where it was.
  if (hasFetched && device?.ip !== undefined && device.ip !== address) return undefined
  return { untilMs: Date.parse(firstBootEnd(nowMs)), begins: true }
}

function passwordProblem({ password }: Shown): Admission {
  if (password === 'wrong') return { ...refused('the password is wrong'), refusal: 'wrong-password' }
  return { ...refused('a password is required'), refusal: 'password-needed' }
}

function consentEnd({ policy, device, nowMs }: AdmissionQuestion): number | undefined {
  if (policy.consentHours === null) return undefined
  const consents = [device?.consentAt, policy.consentFrom].flatMap((at) => (at == null ? [] : [Date.parse(at)]))
  const last = consents.length === 0 ? nowMs : Math.max(...consents)
  return last + policy.consentHours * 3_600_000
}
