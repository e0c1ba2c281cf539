import pg from 'pg'

/** A text, or nothing, within a statement that takes no parameters. PostgreSQL’s texts have no NUL. */
export function literal(text: string | null | undefined): string {
  return text == null ? 'null' : pg.escapeLiteral(text.replaceAll('\0', ''))
}
