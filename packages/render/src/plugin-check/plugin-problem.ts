/** Something that is wrong with a plugin, for the person who writes it. */
export interface PluginProblem {
  /** Below the folder of plugins: `acme/1/manifest.json`. */
  readonly file: string
  /** From 1; absent where it is the file as a whole. */
  readonly line?: number
  readonly problem: string
  readonly remedy: string
}
