/**
 * What wazo-provd 2026 did when it was measured; it is not to be had as a package, so it cannot run beside ours.
 * Another machine: compare the ratios, not the figures.
 */
const stored = (figure: string) => `wazo-provd ${figure} (stored figure, other machine)`

export const peers = {
  cached: stored('1,050–1,460/s, 0.72 ms CPU'),
  known: stored('1,050–1,460/s: it keeps nothing'),
  unknown: stored('17–27/s, 35 ms CPU'),
  tftp: stored('500–1,230 files/s, 0.8 ms CPU'),
  site: stored('206–641/s'),
  storm: stored('not survivable: 600 requests that are not acknowledged stop it for 14 s'),
  baseChange: stored('1.3–2.1 s per 1,000, no phone served meanwhile'),
  getDevice: stored('69–95/s'),
  massChange: stored('rewrites and renders them one by one: 360–625/s'),
  reconfigure: stored('360–625/s'),
  memory: stored('77–90 MB in one process'),
}
