import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { permissionsOf } from '@strowger/bus'
import { cloneRoot, services } from '@strowger/local'
import { catalogue, serviceNames } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { composeProblems, kubernetesProblems } from './checks-for-tests.ts'
import { madeFiles } from './files.ts'
import { serviceFacts } from './service-facts.ts'

const files = madeFiles()
const text = (path: string) => files[path] ?? ''

interface Policy {
  kind: string
  metadata: { name: string }
  spec: {
    ingress?: { from: { podSelector?: { matchExpressions: { values: string[] }[] } }[]; ports: { port: number }[] }[]
    egress?: { to: { podSelector?: { matchLabels: Record<string, string> } }[]; ports: { port: number }[] }[]
  }
}
const documents = (path: string) => parseAllDocuments(text(path)).map((document) => document.toJSON() as Policy)

describe('what is made from the list of services', () => {
  it('is what lies in the clone', () => {
    for (const [path, made] of Object.entries(files)) {
      expect(readFileSync(join(cloneRoot, 'deploy', path), 'utf8'), `${path}: run make manifests`).toBe(made)
    }
  })

  it('has every service: in make run, Compose, Kubernetes, systemd and alerts', () => {
    const compose = parse(text('compose/compose.yaml')) as { services: object }
    for (const name of serviceNames) {
      expect(services.map((service) => service.name)).toContain(name)
      expect(Object.keys(compose.services)).toContain(name)
      expect(Object.keys(files)).toContain(`kubernetes/base/${name}.yaml`)
      expect(text('kubernetes/base/kustomization.yaml')).toContain(`- ${name}.yaml`)
      expect(Object.keys(files)).toContain(`systemd/strowger-${name}.service`)
      expect(text('systemd/strowger.target')).toContain(`strowger-${name}.service`)
      expect(text('monitoring/alerts.yaml')).toContain(`service="${name}"`)
      expect(Object.keys(serviceFacts), 'say in service-facts.ts what a deployment must know of it').toContain(name)
    }
  })

  it('gives every service its own secrets and no other', () => {
    const compose = parse(text('compose/compose.yaml')) as {
      services: Record<string, { secrets?: string[]; environment?: Record<string, string> }>
    }
    for (const name of serviceNames) {
      const { secrets = [], environment = {} } = compose.services[name] ?? {}
      const others = serviceNames.filter((other) => other !== name)
      expect(secrets).toContain(`nats-${name}`)
      for (const other of others) expect(secrets.filter((secret) => secret.endsWith(`-${other}`))).toEqual([])
      const mounted = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? [])
      for (const secret of mounted) expect(secrets).toContain(secret)
      expect(JSON.stringify(environment)).not.toMatch(/"[A-Z_]*(PASSWORD|TOKEN|SECRET)":/)
    }
  })
})

describe('compose.yaml', () => {
  it('is one by the Compose specification', () => {
    expect(composeProblems(parse(text('compose/compose.yaml')))).toEqual([])
    expect(composeProblems({ services: { a: { image: 'a', comand: 'b' } } })).not.toEqual([])
  })

  it('lets nobody but phones, DHCP servers and Asterisk in from other machines', () => {
    const { services: all } = parse(text('compose/compose.yaml')) as { services: Record<string, { ports?: string[] }> }
    expect(all['gateway']?.ports).toEqual(['${GATEWAY_ADDRESS:-127.0.0.1}:${GATEWAY_PORT:-8080}:8080'])
    expect(all['postgres']?.ports ?? all['nats']?.ports).toBeUndefined()
  })
})

describe('the manifests for Kubernetes', () => {
  const manifests = Object.keys(files).filter(
    (path) => path.startsWith('kubernetes/') && !path.includes('kustomization'),
  )

  it.each(manifests)('%s has every field that is needed, and none that there is not', async (path) => {
    for (const document of parseAllDocuments(text(path))) {
      const manifest = document.toJSON() as Parameters<typeof kubernetesProblems>[0]
      expect(await kubernetesProblems(manifest), `${manifest.kind} ${manifest.metadata?.name}`).toEqual([])
    }
  })

  it('would not pass with a misspelt, a wrong or a missing field', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }
    expect(await kubernetesProblems({ ...service, spec: { port: [] } } as never)).not.toEqual([])
    expect(await kubernetesProblems({ ...service, spec: { ports: 'a' } } as never)).not.toEqual([])
    expect(await kubernetesProblems({ ...service, spec: { ports: [{ name: 'a' }] } } as never)).not.toEqual([])
  })

  it('name only files that there are', () => {
    for (const path of Object.keys(files).filter((name) => name.endsWith('kustomization.yaml'))) {
      const { resources, ...rest } = parse(text(path)) as { resources: string[] }
      const known = ['apiVersion', 'kind', 'namespace', 'replicas']
      expect(Object.keys(rest).filter((key) => !known.includes(key))).toEqual([])
      for (const resource of resources) {
        const target = join(path, '..', resource)
        const isThere = target in files || `${target}/kustomization.yaml` in files
        expect(isThere, `${path}: ${resource}`).toBe(true)
      }
    }
  })

  it.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)('are put together by kustomize', () => {
    for (const size of ['small', 'large']) {
      const { status, stdout, stderr } = spawnSync(
        'kubectl',
        ['kustomize', join(cloneRoot, 'deploy/kubernetes', size)],
        {
          encoding: 'utf8',
        },
      )
      expect(status, stderr).toBe(0)
      const names = parseAllDocuments(stdout).map((document) => document.toJSON().metadata.name as string)
      for (const name of serviceNames) expect(names).toContain(`strowger-${name}`)
    }
  })

  describe('network policies', () => {
    const policies = documents('kubernetes/base/network-policies.yaml')
    const policyOf = (name: string) => policies.find(({ metadata }) => metadata.name === `strowger-${name}`)
    const asked = (name: string) =>
      (policyOf(name)?.spec.egress ?? []).flatMap(({ to }) =>
        to.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/name'] ?? []),
      )

    it('let every service reach NATS and PostgreSQL just when the definitions say that it uses them', () => {
      for (const { name, schema } of services) {
        const { publish, subscribe } = permissionsOf(name, catalogue)
        const wanted = [
          ...(publish.length + subscribe.length > 0 ? ['strowger-nats'] : []),
          ...(schema === undefined ? [] : ['strowger-postgres']),
        ]
        expect(asked(name), name).toEqual(wanted)
      }
    })

    it('let no service ask another one', () => {
      const names = services.map(({ name }) => `strowger-${name}`)
      for (const { name } of services) expect(asked(name).filter((to) => names.includes(to))).toEqual([])
    })

    it('let just those in at the servers', () => {
      const servers = documents('kubernetes/servers/servers.yaml').filter(({ kind }) => kind === 'NetworkPolicy')
      const letIn = (server: string) =>
        servers
          .find(({ metadata }) => metadata.name === `strowger-${server}`)
          ?.spec.ingress?.flatMap(({ from }) =>
            from.flatMap(({ podSelector }) => podSelector?.matchExpressions[0]?.values ?? []),
          )
      const withTables = services.filter(({ schema }) => schema !== undefined).map(({ name }) => `strowger-${name}`)
      expect(letIn('postgres')).toEqual([...withTables, 'strowger-migrate'])
      expect(letIn('nats')).toEqual([...services.map(({ name }) => `strowger-${name}`), 'strowger-migrate'])
    })

    it('deny everything else', () => {
      expect(policyOf('default-deny')?.spec).toEqual({
        podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'strowger' } },
        policyTypes: ['Ingress', 'Egress'],
      })
    })
  })

  it('keep the address of phones, and a TFTP transfer with the replica where it began', () => {
    const balancers = documents('kubernetes/base/ingress.yaml').filter(
      (document) => (document.spec as { type?: string }).type === 'LoadBalancer',
    )
    expect(balancers.map(({ metadata }) => metadata.name)).toEqual(['strowger-phones-http', 'strowger-phones-tftp'])
    for (const { spec } of balancers) expect(spec).toMatchObject({ externalTrafficPolicy: 'Local' })
    expect(balancers[1]?.spec).toMatchObject({ sessionAffinity: 'ClientIP', ports: [{ protocol: 'UDP', port: 69 }] })
  })
})

describe('units of systemd', () => {
  const units = Object.keys(files).filter((path) => path.startsWith('systemd/'))
  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0

  it.skipIf(!analyze)('are found right by systemd-analyze verify', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const folder = mkdtempSync(join(tmpdir(), 'units-'))
    try {
      for (const path of units) {
        // Where they will be, there is nothing here.
        const there = text(path)
          .replaceAll('/usr/bin/node', process.execPath)
          .replaceAll('postgresql.service nats-server.service ', '')
          .replaceAll(' postgresql.service nats-server.service', '')
        writeFileSync(join(folder, path.replace('systemd/', '')), there)
      }
      const { stderr } = spawnSync(
        'systemd-analyze',
        ['verify', '--man=no', ...readdirSync(folder).map((name) => join(folder, name))],
        {
          encoding: 'utf8',
        },
      )
      expect(stderr.split('\n').filter((line) => line.includes(folder) || line.includes('strowger'))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('tell phones the port of TFTP on which ingress listens', () => {
    const port = (name: string) =>
      /^Environment=PHONE_TFTP_PORT=(.*)$/m.exec(text(`systemd/strowger-${name}.service`))?.[1]
    expect(port('rendering')).toBe('69')
    expect(port('ingress')).toBe(port('rendering'))
  })

  it('give a service its own secrets only, and none of the rights of root', () => {
    for (const name of serviceNames) {
      const unit = text(`systemd/strowger-${name}.service`)
      expect(unit).toContain('User=strowger')
      expect(unit).toContain('NoNewPrivileges=yes')
      for (const other of serviceNames.filter((service) => service !== name)) {
        expect(unit).not.toContain(`LoadCredential=nats-${other}:`)
        expect(unit).not.toContain(`LoadCredential=role-${other}:`)
      }
      expect(/CapabilityBoundingSet=(.*)/.exec(unit)?.[1]).toBe(name === 'ingress' ? 'CAP_NET_BIND_SERVICE' : '')
    }
  })
})
