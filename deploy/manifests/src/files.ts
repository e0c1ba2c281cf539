import { composeFile } from './compose.ts'
import { kubernetesFiles } from './kubernetes/kustomizations.ts'
import { alertsFile } from './monitoring/alerts.ts'
import { dashboardFile } from './monitoring/dashboard.ts'
import { systemdFiles } from './systemd.ts'

const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))

/** Every file that is made from the list of services, by its path below deploy/. */
export function madeFiles(): Record<string, string> {
  return {
    'compose/compose.yaml': composeFile(),
    ...below('kubernetes', kubernetesFiles()),
    ...below('systemd', systemdFiles()),
    'monitoring/alerts.yaml': alertsFile(),
    'monitoring/grafana-dashboard.json': dashboardFile(),
  }
}

/** Folders in which nothing else lies than what is made, and what these names say. */
export const madeFolders: Readonly<Record<string, readonly string[]>> = {
  compose: ['README.md', 'prepare.sh', '.gitignore', '.env', 'secrets', 'log', 'tls'],
  'kubernetes/base': [],
  'kubernetes/servers': [],
  'kubernetes/small': [],
  'kubernetes/large': [],
  systemd: ['README.md'],
  monitoring: ['README.md'],
}
