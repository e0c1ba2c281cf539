/** A number or prefix as it is compared: without the plus sign and what people put between digits for their eyes. */
export function plainDigits(text: string): string {
  const user = /^(?:sips?|tel):([^@;?]*)/i.exec(text.trim())?.[1] ?? text.trim()
  return user.replaceAll(/[().\-/\s]/g, '').replace(/^\+/, '')
}

export function isAllNumbers(prefix: string): boolean {
  const text = prefix.trim()
  return text === '' || text === '*' || text === '*any'
}
