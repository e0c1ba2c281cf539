import { serverSecretFiles, services } from '@strowger/local'
import { environmentOf, type Part, parts } from './parts.ts'

const made = '# Made by `make manifests` from the list of services: change deploy/manifests, not this file.'
const root = '/opt/strowger'
const node = '/usr/bin/node'

/** What none of them needs; see systemd.exec(5). */
const hardened = [
  'User=strowger',
  'Group=strowger',
  'UMask=0077',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'ProtectProc=invisible',
  'ProcSubset=pid',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'RemoveIPC=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
]

/** Values of Compose that a site decides stand in /etc/strowger/strowger.env instead. */
function environment(part: Part): string[] {
  const servers = { nats: 'nats://127.0.0.1:4222', postgres: 'postgres://127.0.0.1:5432/strowger' }
  return (
    Object.entries({
      ...environmentOf(part, servers),
      STATE_DIR: `/var/lib/strowger/${part.name}`,
      ...(part.writesLog ? { FAIL2BAN_LOG_FILE: '/var/log/strowger/strowger-fail2ban.log' } : {}),
      // Where it listens, and what phones are told.
      ...(['ingress', 'rendering'].includes(part.name) ? { PHONE_TFTP_PORT: '69' } : {}),
    })
      .filter(([, value]) => !value.startsWith('${'))
      // systemd gives each unit its own copies of just its secrets; %d is their folder.
      .map(([name, value]) => `Environment=${name}=${value.replace('/run/secrets/', '%d/')}`)
  )
}

function unitOf(part: Part): string {
  const { name, secrets, ports, isLast, writesLog } = part
  const isPrivileged = ports.some(({ port, published = port }) => published < 1_024)
  const after = [
    'network-online.target',
    'postgresql.service',
    'nats-server.service',
    'strowger-migrate.service',
    ...(isLast ? parts.filter((other) => other !== part).map((other) => `strowger-${other.name}.service`) : []),
  ]
  return [
    made,
    '[Unit]',
    `Description=Strowger: ${name}`,
    `Documentation=file:${root}/services/${name}/README.md`,
    `After=${after.join(' ')}`,
    'Wants=network-online.target',
    'Requires=strowger-migrate.service',
    'PartOf=strowger.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=simple',
    `ExecStart=${node} ${root}/services/${name}/dist/main.js`,
    `WorkingDirectory=${root}`,
    'Environment=NODE_ENV=production',
    // Before the file: a site may say otherwise.
    ...environment(part),
    'EnvironmentFile=-/etc/strowger/strowger.env',
    `EnvironmentFile=-/etc/strowger/${name}.env`,
    ...secrets.map((secret) => `LoadCredential=${secret}:/etc/strowger/secrets/${secret}`),
    `StateDirectory=strowger/${name}`,
    'StateDirectoryMode=0750',
    ...(writesLog ? ['LogsDirectory=strowger', 'LogsDirectoryMode=0750'] : []),
    'Restart=always',
    'RestartSec=1',
    'TimeoutStopSec=30',
    `MemoryMax=${part.memoryMiB[1]}M`,
    ...(part.share === 1 ? [] : [`CPUWeight=${Math.round(100 * part.share)}`]),
    'LimitNOFILE=65536',
    'TasksMax=256',
    ...(isPrivileged
      ? ['AmbientCapabilities=CAP_NET_BIND_SERVICE', 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE']
      : ['CapabilityBoundingSet=']),
    ...hardened,
    '',
    '[Install]',
    'WantedBy=strowger.target',
    '',
  ].join('\n')
}

const target = [
  made,
  '[Unit]',
  'Description=Strowger',
  `Wants=${parts.map(({ name }) => `strowger-${name}.service`).join(' ')}`,
  '',
  '[Install]',
  'WantedBy=multi-user.target',
  '',
].join('\n')

const migrate = [
  made,
  '[Unit]',
  'Description=Strowger: roles, tables, streams and buckets of this version',
  'After=network-online.target postgresql.service nats-server.service',
  'Wants=network-online.target',
  '',
  '[Service]',
  'Type=oneshot',
  'RemainAfterExit=yes',
  `ExecStart=${node} ${root}/deploy/local/dist/migrate.js`,
  `WorkingDirectory=${root}`,
  'Environment=DATABASE_URL=postgres://postgres@127.0.0.1:5432/strowger',
  'Environment=DATABASE_PASSWORD_FILE=%d/postgres-password',
  'Environment=NATS_URL=nats://127.0.0.1:4222',
  'Environment=SECRETS_DIR=%d',
  'EnvironmentFile=-/etc/strowger/migrate.env',
  ...serverSecretFiles(services).migrate.map((secret) => `LoadCredential=${secret}:/etc/strowger/secrets/${secret}`),
  'TimeoutStartSec=300',
  'CapabilityBoundingSet=',
  ...hardened,
  '',
].join('\n')

/** Every file of deploy/systemd, by its name. */
export function systemdFiles(): Record<string, string> {
  return {
    'strowger.target': target,
    'strowger-migrate.service': migrate,
    ...Object.fromEntries(parts.map((part) => [`strowger-${part.name}.service`, unitOf(part)])),
  }
}
