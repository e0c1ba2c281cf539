import type { Part } from '../parts.ts'
import type { PublishedPort } from '../service-facts.ts'
import { labelsOf, nameOf } from './names.ts'

function portOf({ name, protocol, port, published = port }: PublishedPort): object {
  return { name, protocol, port: published, targetPort: name }
}

function loadBalancer(name: string, part: Part, ports: readonly PublishedPort[], spec: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: nameOf(name),
      labels: labelsOf(part.name),
      // One address for both where the load balancer can: phones are told one.
      annotations: { 'metallb.io/allow-shared-ip': 'strowger-phones' },
    },
    spec: {
      type: 'LoadBalancer',
      // Bans, limits and keys go by the address that a phone has: no node may put its own there.
      externalTrafficPolicy: 'Local',
      selector: labelsOf(part.name),
      ports: ports.map(portOf),
      ...spec,
    },
  }
}

/** How a service is reached: phones through load balancers, everybody else within the cluster. */
export function servicesOf(part: Part): object[] {
  const { name, ports, keepsState } = part
  const ofPhones = ports.filter(({ askedBy }) => askedBy === 'phones')
  const others = ports.filter(({ askedBy }) => askedBy !== 'phones')
  const udp = ofPhones.filter(({ protocol }) => protocol === 'UDP')
  const tcp = ofPhones.filter(({ protocol }) => protocol === 'TCP')
  const inside = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf(name), labels: labelsOf(name) },
    spec: {
      ...(others.length === 0 ? { clusterIP: 'None' } : {}),
      selector: labelsOf(name),
      ...(others.length === 0 ? {} : { ports: others.map(portOf) }),
    },
  }
  return [
    ...(others.length > 0 || keepsState ? [inside] : []),
    ...(tcp.length === 0 ? [] : [loadBalancer('phones-http', part, tcp, {})]),
    // Every datagram of a transfer must reach the replica where it began: TFTP answers from the port that was asked.
    ...(udp.length === 0
      ? []
      : [
          loadBalancer('phones-tftp', part, udp, {
            sessionAffinity: 'ClientIP',
            sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
          }),
        ]),
  ]
}

export function disruptionBudget({ name }: Part): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: nameOf(name), labels: labelsOf(name) },
    spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(name) } },
  }
}
