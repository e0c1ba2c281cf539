/** How long a new phone may fetch its files without its own key: the file that carries it must come before. */
export const firstBootMs = 600_000

/** When a first boot that begins now is over. */
export function firstBootEnd(at: string | number): string {
  return new Date(new Date(at).getTime() + firstBootMs).toISOString()
}
