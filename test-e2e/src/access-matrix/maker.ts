import { randomUUID } from 'node:crypto'

/** REST as one who acts for a tenant. */
export interface Asker {
  readonly tenant: string
  ask(method: string, path: string, body?: unknown): Promise<Answered>
  /** As `ask`, and throws unless it is a success. Answers the JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: makers look into answers of any shape
  made(method: string, path: string, body?: unknown): Promise<any>
}

export interface Answered {
  readonly status: number
  readonly text: string
}

/** What an operation is asked with. */
export interface Made {
  /** For the `{…}` of the path. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
}

/** How the matrix asks some operations: one maker a kind of object, one file a domain. */
export interface Maker {
  /** As `PUT /api/v1/devices/{id}`. */
  readonly operations: readonly string[]
  /** Makes an object in this tenant, afresh each time, and says with what the operation is asked. */
  make?(asker: Asker): Promise<Made>
  /** Of the whole installation: for any tenant but the root it is a 403, whatever the permission. */
  readonly ofInstallation?: boolean
  /**
   * What is named in the path is a name within the asking tenant, or shared by all: another tenant cannot be meant, so
   * there is no 404. That it does nothing there is checked all the same.
   */
  readonly namesOwn?: boolean
  /** What the owner answers to one who may, when it is not the success of the definition. */
  readonly answers?: number
}

export const shortId = () => randomUUID().replaceAll('-', '').slice(0, 12)

export const newMac = () => `00:15:65:${(shortId().slice(0, 6).match(/../g) ?? []).join(':')}`
