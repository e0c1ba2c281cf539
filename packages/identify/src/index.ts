export { associate, associateAlike, type PluginScore, pluginScore } from './association.ts'
export { type CompiledManifests, compileManifests, manifestProblems } from './compile.ts'
export { type Identification, identify } from './identify.ts'
export { checkPattern, maxMatchedLength } from './pattern-check.ts'
