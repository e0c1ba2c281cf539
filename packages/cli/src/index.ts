export { runCommand } from './program.ts'
export type { Output, Surroundings } from './surroundings.ts'
