import Type from 'typebox'

/** Every installation has this tenant; a new phone belongs to it until a line or an administrator claims it. */
export const rootTenantId = '00000000-0000-4000-8000-000000000001'

export const TenantId = Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$', description: 'UUID' })
export type TenantId = Type.Static<typeof TenantId>

/** Generated ids are 32 hexadecimal digits (a random UUID without dashes); others are accepted from callers. */
export const ObjectId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })
export type ObjectId = Type.Static<typeof ObjectId>

export const PluginId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: '<family>-<generation>',
})
export type PluginId = Type.Static<typeof PluginId>

export const Mac = Type.String({ pattern: '^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$', description: 'lower case, with colons' })
export type Mac = Type.Static<typeof Mac>

export const Address = Type.String({ minLength: 2, maxLength: 45, description: 'IPv4 or IPv6 address' })

/** Grows with each change of the object, never shrinks, and is never given twice in one PostgreSQL schema. */
export const Revision = Type.Integer({ minimum: 0 })

export const Instant = Type.String({ description: 'UTC, as 2026-11-21T09:30:00.000Z', maxLength: 30 })

/** Text a person or a phone gave: bounded everywhere. */
export const Text = Type.String({ maxLength: 256 })
