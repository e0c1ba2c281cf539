import { setImmediate } from 'node:timers/promises'
import { type changePlugin, type Device, Fault } from '@strowger/schema'
import type { LoadedPlugin } from './plugin-library.ts'
import type { Renderer } from './renderer.ts'

type Preview = Omit<Awaited<(typeof changePlugin)['example']['output']>, 'applied' | 'task'>
type PreviewedDevice = Preview['devices'][number]

/** Devices rendered between two looks at the event loop: phones’ requests go in between. */
const batch = 32
const namedAtMost = 500

/** What the devices would be with another plugin: whether it knows their models, and whether their files render. */
export async function previewPluginChange(
  devices: readonly Device[],
  wanted: string,
  { renderer, pluginFor }: { renderer: Renderer; pluginFor: (tenant: string) => LoadedPlugin | undefined },
): Promise<Preview> {
  const previewed: PreviewedDevice[] = []
  for (const [index, device] of devices.entries()) {
    if (index % batch === batch - 1) await setImmediate()
    const plugin = pluginFor(device.tenant)
    if (plugin === undefined) throw new Fault('not-found', { detail: `There is no plugin ${wanted}` })
    const { id, tenant, mac, model } = device
    const error = renderingFault(() => renderer.tried(plugin, { ...device, plugin: wanted }, true))
    previewed.push({
      id,
      tenant,
      ...(mac === undefined ? {} : { mac }),
      ...(model === undefined ? {} : { model }),
      known: model !== undefined && Object.hasOwn(plugin.manifest.models, model),
      ...(error === undefined ? {} : { error }),
    })
  }
  const concern = ({ known, error }: PreviewedDevice) => (error === undefined ? 0 : 2) + (known ? 0 : 1)
  const ordered = [...previewed].sort((one, other) => concern(other) - concern(one))
  return { deviceCount: devices.length, devices: ordered.slice(0, namedAtMost), models: modelsOf(previewed) }
}

function modelsOf(devices: readonly PreviewedDevice[]): Preview['models'] {
  const models = new Map<string, Preview['models'][number]>()
  for (const { model, known, error } of devices) {
    const present = models.get(model ?? '') ?? {
      ...(model === undefined ? {} : { model }),
      devices: 0,
      known,
      failing: 0,
    }
    const failing = present.failing + (error === undefined ? 0 : 1)
    models.set(model ?? '', { ...present, devices: present.devices + 1, failing })
  }
  return [...models.entries()].sort(([one], [other]) => one.localeCompare(other)).map(([, counts]) => counts)
}

function renderingFault(render: () => unknown): string | undefined {
  try {
    render()
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
}
