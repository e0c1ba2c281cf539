export {
  type CompiledPlugin,
  type CompiledTemplate,
  compiledTemplate,
  compilePlugin,
  templateProblem,
  withCustomTemplates,
} from './compile-plugin.ts'
export { flattenConfig } from './flatten-config.ts'
export { defaultRenderLimits, type RenderLimits } from './meter.ts'
export { type CheckedPlugins, checkPlugins } from './plugin-check/check-plugins.ts'
export { checkHashes } from './plugin-check/hash-check.ts'
export { goldenCases, goldenFiles } from './plugin-check/kept-files.ts'
export type { PluginProblem } from './plugin-check/plugin-problem.ts'
export { type ReadPlugin, readPlugins } from './plugin-check/read-plugins.ts'
export { readVendorFile, type VendorFile } from './plugin-check/vendor-file.ts'
export { type AssembledPlugins, assemblePlugins, type PluginFiles, pluginHash } from './plugin-files.ts'
export { renderCommonFile, renderDeviceFile } from './render-file.ts'
export type { TemplateDevice } from './template-variables.ts'
export { type DaylightChange, type TimezoneRule, timezoneRule } from './timezone-rule.ts'
