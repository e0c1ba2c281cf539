import type { Fault, Permission, RequestDefinition } from '@strowger/schema'
import type { Caller } from '../access/authenticate.ts'

/** What a resource of a façade answers. A text goes out as it is, anything else as JSON. */
export interface FacadeAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Of the body, when it is not the one of the façade. */
  readonly type?: string
}

/** One request, as a resource of a façade gets it. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Undefined when there is none. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly address: string
  readonly nowMs: number
  /** Asks the owner of an operation, as the caller of this request and only if they may. */
  call<Input, Output>(definition: RequestDefinition<Input, Output>, input: Input): Promise<Output>
  /** Who asks. @throws Fault when they may not do `permission`. */
  caller(permission: Permission, credentials?: Credentials): Promise<Caller>
  /** Asks in the name of somebody else than the sender of a header. */
  callAs<Input, Output>(caller: Caller, definition: RequestDefinition<Input, Output>, input: Input): Promise<Output>
}

/** Credentials that do not stand in the headers of the request, or stand for a log-in. */
export interface Credentials {
  /** Instead of that of the headers. */
  readonly token?: string
  /** Name and password are taken. */
  readonly isLogIn?: boolean
  /** Instead of that of the headers. */
  readonly tenant?: string
}

export interface FacadeRoute {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Below the prefix of the façade, as `/dev_mgr/devices/:id` */
  readonly path: string
  /** What is needed to ask at all; `none` when the resource sees to it. Each call is checked besides. */
  readonly permission: Permission | 'none'
  answer(asked: Asked): Promise<FacadeAnswer> | FacadeAnswer
}

/** An API that scripts already speak: its shapes, in front of our operations. */
export interface Facade {
  /** As `/api/provd/0.2` */
  readonly prefix: string
  /** Of a body that is sent, and, the first one, of a body that is answered. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** Sent with every answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** The media type of what is sent or accepted does not matter. */
  readonly isLenient?: boolean
  readonly routes: readonly FacadeRoute[]
  /** How it says that something went wrong. */
  refusal(fault: Fault, nowMs: number): FacadeAnswer
}
