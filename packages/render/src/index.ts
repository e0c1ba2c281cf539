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
export { type AssembledPlugins, assemblePlugins, type PluginFiles, pluginHash } from './plugin-files.ts'
export { renderCommonFile, renderDeviceFile } from './render-file.ts'
export type { TemplateDevice } from './template-variables.ts'
export { type DaylightChange, type TimezoneRule, timezoneRule } from './timezone-rule.ts'
export { readVendorFile, type VendorFile } from './vendor-file.ts'
