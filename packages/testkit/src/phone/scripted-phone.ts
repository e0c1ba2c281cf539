import type { HousePorts } from '../house/start-house.ts'
import { askHttp, askTftp } from './attempts.ts'
import { type BootStep, filledIn, type PhoneScript } from './phone-script.ts'

/** What one step of a start has brought. */
export interface BootAnswer {
  readonly step: BootStep
  /** For people: `HTTP /Aastra/aastra.cfg`. */
  readonly asked: string
  /** The file; undefined when there is none, or nothing was asked for. */
  readonly bytes?: Buffer
  /** What was said instead of a file, or of what was sent. */
  readonly refusal?: string
}

export interface ScriptedPhoneOptions {
  readonly ports: Pick<HousePorts, 'httpPort' | 'tftpPort'>
  readonly script: PhoneScript
  /** Any of 127.0.0.0/8. */
  readonly address: string
  /** Of ingress for what DHCP servers tell, and what they must show. */
  readonly dhcp: { readonly port: number; readonly token: string }
}

/** Starts a phone: all its steps, one after the other, each on a connection of its own. */
export async function bootPhone(options: ScriptedPhoneOptions): Promise<BootAnswer[]> {
  const answers: BootAnswer[] = []
  for (const step of options.script.boot) answers.push({ step, ...(await take(step, options)) })
  return answers
}

async function take(step: BootStep, options: ScriptedPhoneOptions): Promise<Omit<BootAnswer, 'step'>> {
  const { ports, script, address } = options
  const fill = (text: string) => filledIn(script, text)
  if ('dhcp' in step) return tellDhcp(step.dhcp, options)
  if ('tftp' in step) {
    const file = fill(step.tftp)
    const answer = await askTftp({ ports, address, file })
    const asked = `TFTP ${file}`
    return typeof answer === 'string' ? { asked, refusal: answer } : { asked, bytes: answer }
  }
  const agent = step.agent ?? script.agent
  const headers = agent === undefined ? {} : { 'user-agent': fill(agent) }
  const common = { port: ports.httpPort, address, headers }
  if ('put' in step) {
    const path = fill(step.put)
    const { status } = await askHttp({ ...common, path, method: 'PUT', body: fill(step.body) })
    return { asked: `PUT ${path}`, ...(status < 300 ? {} : { refusal: String(status) }) }
  }
  const path = fill(step.http)
  const { status, body } = await askHttp({ ...common, path })
  const asked = `HTTP ${path}`
  return status === 200 ? { asked, bytes: body } : { asked, refusal: `${status} ${body.toString().trim()}` }
}

async function tellDhcp(
  texts: Readonly<Record<string, string>>,
  { script, address, dhcp }: ScriptedPhoneOptions,
): Promise<Omit<BootAnswer, 'step'>> {
  const options = Object.entries(texts).map(([code, text]) => {
    const bytes = [...Buffer.from(text, 'latin1')].map((byte) => byte.toString(16).padStart(2, '0'))
    return `${code.padStart(3, '0')}${bytes.join('.')}`
  })
  const answer = await fetch(`http://127.0.0.1:${dhcp.port}/dhcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${dhcp.token}` },
    body: JSON.stringify({ dhcp_info: { op: 'commit', ip: address, mac: script.mac, options } }),
    signal: AbortSignal.timeout(5_000),
  })
  await answer.body?.cancel()
  return { asked: `DHCP ${script.mac}`, ...(answer.ok ? {} : { refusal: String(answer.status) }) }
}
