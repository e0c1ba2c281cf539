import Type from 'typebox'
import { Address, Instant } from '../identity.ts'

/** A source that is served nothing until a moment. */
export const Ban = Type.Object({
  address: Address,
  reason: Type.String({ maxLength: 200 }),
  until: Instant,
  by: Type.String({ maxLength: 100, description: 'Who or what banned it' }),
})
export type Ban = Type.Static<typeof Ban>
