import { resolve } from 'node:path'
import { createSharedTexts, tasksStore, useBus, useReadModel } from '@strowger/bus'
import { useDatabase } from '@strowger/database'
import {
  compactRendered,
  configsBucket,
  customFilesBucket,
  type Device,
  devicesBucket,
  deviceTexts,
  Fault,
  pluginsBucket,
  policiesBucket,
  provisioningSecretsBucket,
  type Rendered,
  renderedBucket,
  renderedTexts,
  tasksBucket,
  tenantsBucket,
  withSharedIdentity,
} from '@strowger/schema'
import { createSeal, createTasks, createTenantKeys, readSealKeyRing, type ServiceContext } from '@strowger/service'
import { baseParameters } from './base-parameters.ts'
import type { renderingSettings } from './config.ts'
import { createConfigChecks } from './config-checks.ts'
import { createConfigPlaces } from './config-place.ts'
import { createConfigTree } from './config-tree.ts'
import { createDeviceAccesses } from './device-access.ts'
import { createDeviceLines } from './device-lines.ts'
import { createFirstSeen } from './first-seen.ts'
import { startFirstSteps } from './first-steps.ts'
import { answerChangePlugin } from './handlers/change-plugin.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { followDeviceLines } from './handlers/device-lines.ts'
import { answerErase } from './handlers/erase.ts'
import { followConfigs, followDevices, forgetDeletedTenants } from './handlers/events.ts'
import { answerPlugins } from './handlers/plugins.ts'
import { answerConfigQuestions } from './handlers/read-configs.ts'
import { answerTemplateQuestions } from './handlers/read-templates.ts'
import { answerReconfigure } from './handlers/reconfigure.ts'
import { answerRender } from './handlers/render.ts'
import { answerStaticFiles } from './handlers/static-files.ts'
import { answerSynchronize } from './handlers/synchronize.ts'
import { answerConfigChanges } from './handlers/write-configs.ts'
import { answerTemplateChanges } from './handlers/write-templates.ts'
import { untilHeld } from './model-catch-up.ts'
import { createOwnConfigMoves } from './own-config-moves.ts'
import { createPhonesFirst } from './phones-first.ts'
import { keepPluginFolder } from './plugin-folder/keep-folder.ts'
import { createPluginFolder } from './plugin-folder/plugin-folder.ts'
import { loadPlugins } from './plugin-library.ts'
import { createPluginVariants } from './plugin-variants.ts'
import { createRecentFiles } from './recent-files.ts'
import { createRenderer } from './renderer.ts'
import { createRerendering } from './rerendering.ts'
import type { ProvisioningSchema } from './store/tables.ts'
import { createManagerInterface } from './synchronize/manager-interface.ts'
import { createPacing } from './synchronize/pacing.ts'
import { createSynchronizer } from './synchronize/synchronize-task.ts'
import { createTemplatePlaces } from './template-place.ts'
import { createTransientConfigs } from './transient-configs.ts'

/** Composes rendering: everything is created here, its release beside it, and released with the context’s scope. */
export async function startRendering(context: ServiceContext<typeof renderingSettings>): Promise<void> {
  const { settings, log, clock, scope, health } = context
  if (settings.SEAL_KEYS_FILE === undefined) throw new Fault('internal', { internal: 'SEAL_KEYS_FILE must be given' })
  const seal = createSeal(readSealKeyRing(settings.SEAL_KEYS_FILE))
  const plugins = loadPlugins({ builtIn: settings.PLUGINS_DIR, site: settings.SITE_PLUGINS_DIR }, log)
  const bus = await useBus('rendering', context)
  const database = await useDatabase<ProvisioningSchema>('provisioning', context, {
    publish: bus.publishRow,
    required: false,
  })
  const sharedOfDevice = createSharedTexts<Device>(deviceTexts)
  const sharedOfRendered = createSharedTexts<Rendered>(renderedTexts)
  const devices = await useReadModel(bus, devicesBucket, context, {
    hold: (device: Device, id) => withSharedIdentity(sharedOfDevice(device), id),
  })
  const configs = await useReadModel(bus, configsBucket, context)
  const rendered = await useReadModel(bus, renderedBucket, context, {
    hold: (document: Rendered, id) => compactRendered(sharedOfRendered(document), id),
  })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const files = await useReadModel(bus, customFilesBucket, context)
  const registered = await useReadModel(bus, pluginsBucket, context)
  const policies = await useReadModel(bus, policiesBucket, context)
  const secrets = await useReadModel(bus, provisioningSecretsBucket, context)
  const models = [devices, configs, rendered, tenants, files, registered, policies, secrets]
  await Promise.all(models.map((model) => model.ready))

  const base = baseParameters(settings)
  const tree = createConfigTree(configs, tenants)
  const places = createConfigPlaces({ configs, devices, tenants, tree })
  const accesses = createDeviceAccesses({ policies, keysOf: createTenantKeys(seal, secrets) })
  const variants = createPluginVariants({ plugins, files, tenants })
  const recent = createRecentFiles(settings.RECENT_FILES_BYTES)
  const renderer = createRenderer({ tree, variants, base, seal, recent, accesses })
  const templatePlaces = createTemplatePlaces({ plugins, files, variants, devices, tenants })
  const phonesFirst = createPhonesFirst(clock)
  const rerendering = createRerendering({ database, renderer, devices, rendered, seal, log, clock, phonesFirst })
  scope.defer(() => rerendering.drain())
  const store = tasksStore(bus, tasksBucket)
  const tasks = await scope.use(
    'tasks',
    () => createTasks({ store, clock, log, owner: 'rendering' }),
    (created) => created.close(),
  )

  const untilPolicy = (tenant: string, revision: number) => untilHeld(policies, tenant, { revision }, clock)
  answerRender(bus, {
    plugins,
    renderer,
    rendered,
    database,
    seal,
    firstSeen: createFirstSeen(clock.now),
    log,
    phonesFirst,
    accesses,
    untilPolicy,
  })
  answerConfigQuestions(bus, { configs, devices, tenants, tree, places, base })
  const checks = createConfigChecks({ database, devices, tenants, tree, places, base })
  answerConfigChanges(bus, { database, devices, checks, tree, places, seal, applyLocal: configs.applyLocal })
  const templateParts = { places: templatePlaces, variants, renderer, clock, database, applyLocal: files.applyLocal }
  answerTemplateQuestions(bus, { ...templateParts, tenants })
  answerTemplateChanges(bus, templateParts)
  answerStaticFiles(bus, { ...templateParts, plugins })
  answerPlugins(bus, { plugins, database, devices, tenants })
  answerReconfigure(bus, {
    devices,
    tenants,
    rerendering,
    tasks,
    clock,
    hasFolder: settings.PLUGIN_FOLDER !== undefined,
    writeFiles: settings.PLUGIN_FOLDER_FILES,
  })
  const synchronizer = createSynchronizer({
    bus,
    devices,
    rendered,
    manifestOf: (device) => renderer.pluginOf(device)?.manifest,
    configOf: renderer.parametersOf,
    manager: createManagerInterface(settings, { clock, log }),
    pacing: createPacing(settings.SYNCHRONIZE_PER_SECOND, clock),
    atOnce: settings.SYNCHRONIZE_AT_ONCE,
    timeoutMs: settings.SYNCHRONIZE_WAIT_MS,
    clock,
    log,
  })
  const changes = { devices, rendered, tenants, plugins, variants, renderer, rerendering, synchronizer }
  answerSynchronize(bus, { devices, tenants, synchronizer, tasks, clock })
  answerChangePlugin(bus, { ...changes, tasks, clock })
  answerChangeSets(bus, { database, tenants })
  answerErase(bus, { database })

  const parts = { devices, configs, files, tenants, plugins, policies, tree, rerendering, clock }
  const readers = {
    'config events': () => followConfigs(bus, parts),
    'device events': () =>
      followDevices(bus, {
        ...parts,
        rendered,
        followDevice: createOwnConfigMoves({ database, configs, rendered, seal }),
        removeWhenLeft: createTransientConfigs({ database, tree, devices, applyLocal: configs.applyLocal }),
      }),
    'tenant events': () => forgetDeletedTenants(bus, database, parts),
    'device lines': () =>
      followDeviceLines(bus, createDeviceLines({ database, configs, devices, rendered, rerendering, seal, clock })),
  }
  for (const [name, start] of Object.entries(readers)) {
    const reader = await scope.use(name, start, (started) => started.close())
    health.add(name, reader.health)
  }
  const firstSteps = startFirstSteps({
    database,
    plugins,
    devices,
    configs,
    files,
    registered,
    tenants,
    rerendering,
    seal,
    clock,
    log,
  })
  scope.defer(() => firstSteps.stop())
  health.add('stock configs', () =>
    firstSteps.done || configs.size > 0 ? { ok: true } : { ok: false, reason: 'not made yet' },
  )
  if (settings.PLUGIN_FOLDER !== undefined) {
    const root = resolve(settings.PLUGIN_FOLDER)
    const folder = createPluginFolder({ root, plugins, files, devices, renderer, database, log })
    const keeper = keepPluginFolder({ bus, folder, files, devices, database, clock, log })
    scope.defer(() => keeper.stop())
    health.add('plugin folder', keeper.health)
  }
  await tasks.recover()
}
