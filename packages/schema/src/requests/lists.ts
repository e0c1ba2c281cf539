import Type, { type TSchema } from 'typebox'

/** Query parameters that every list takes. Texts from a URL are converted: `limit=20` is the number 20. */
export const listParameters = {
  search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of any shown text' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  direction: Type.Optional(Type.Enum(['asc', 'desc'])),
  recurse: Type.Optional(Type.Boolean({ description: 'Tenants below the asking one too' })),
}

const { recurse: _tenantsBelow, ...one } = listParameters
/** The same for what belongs to no tenant, or is in force for one. */
export const flatListParameters = one

/** A page of a list, with the exact number there are in all. */
export const Page = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), total: Type.Integer({ minimum: 0 }) })
