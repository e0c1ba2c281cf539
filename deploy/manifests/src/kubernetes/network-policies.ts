import { healthPort, type Part } from '../parts.ts'
import { labelsOf, nameOf } from './names.ts'

const anywhere = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]
const byName = (name: string) => [{ podSelector: { matchLabels: labelsOf(name) } }]
const tcp = (port: number) => ({ protocol: 'TCP', port })
/** Manager interface, ARI over HTTP and HTTPS. */
const asteriskPorts = [5038, 8088, 8089]

function policy(name: string, podSelector: object, rules: { ingress?: object[]; egress?: object[] }): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: nameOf(name), labels: { 'app.kubernetes.io/part-of': 'strowger' } },
    spec: { podSelector, policyTypes: ['Ingress', 'Egress'], ...rules },
  }
}

const names = {
  to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [{ protocol: 'UDP', port: 53 }, tcp(53)],
}

/** What one service may be asked by, and whom it may ask: nothing that its definitions do not say. */
function policyOf(part: Part): object {
  const { name, ports, usesNats, schema, asksAsterisk } = part
  return policy(
    name,
    { matchLabels: labelsOf(name) },
    {
      ingress: [
        ...ports.map(({ protocol, port }) => ({ from: anywhere, ports: [{ protocol, port }] })),
        { from: [{ namespaceSelector: { matchLabels: { 'strowger.monitoring': 'true' } } }], ports: [tcp(healthPort)] },
      ],
      egress: [
        names,
        ...(usesNats ? [{ to: byName('nats'), ports: [tcp(4222)] }] : []),
        ...(schema === undefined ? [] : [{ to: byName('postgres'), ports: [tcp(5432)] }]),
        ...(asksAsterisk ? [{ to: anywhere, ports: asteriskPorts.map(tcp) }] : []),
      ],
    },
  )
}

function askedBy(askers: readonly string[], port: number): object {
  const selector = { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: askers.map(nameOf) }] }
  return { from: [{ podSelector: selector }], ports: [tcp(port)] }
}

/** Nothing goes where no policy lets it; then what each part needs. */
export function networkPolicies(parts: readonly Part[]): object[] {
  const everything = { matchLabels: { 'app.kubernetes.io/part-of': 'strowger' } }
  return [
    policy('default-deny', everything, {}),
    ...parts.map(policyOf),
    policy(
      'migrate',
      { matchLabels: labelsOf('migrate') },
      {
        egress: [names, { to: byName('nats'), ports: [tcp(4222)] }, { to: byName('postgres'), ports: [tcp(5432)] }],
      },
    ),
  ]
}

/** Of the servers, where they run in the same namespace. */
export function serverPolicies(parts: readonly Part[]): object[] {
  const usingNats = parts.filter(({ usesNats }) => usesNats).map(({ name }) => name)
  const usingPostgres = parts.filter(({ schema }) => schema !== undefined).map(({ name }) => name)
  return [
    policy('nats', { matchLabels: labelsOf('nats') }, { ingress: [askedBy([...usingNats, 'migrate'], 4222)] }),
    policy(
      'postgres',
      { matchLabels: labelsOf('postgres') },
      { ingress: [askedBy([...usingPostgres, 'migrate'], 5432)] },
    ),
  ]
}
