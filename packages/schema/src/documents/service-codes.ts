import Type, { type TOptional, type TString } from 'typebox'
import { rawConfigParameters, type ServiceFeature, serviceFeatures } from './raw-config.ts'

type ByFeature = { [Feature in ServiceFeature]: TOptional<TString> }

/** What people dial for a service, or before a number, by the service. */
export const ServiceCodes = Type.Object(
  Object.fromEntries(
    serviceFeatures.map((feature) => {
      const { description = '' } = rawConfigParameters[`exten_${feature}`] as { description?: string }
      return [feature, Type.Optional(Type.String({ pattern: '^[0-9A-Za-z*#+._-]{1,40}$', description }))]
    }),
  ) as ByFeature,
  { additionalProperties: false },
)
export type ServiceCodes = Type.Static<typeof ServiceCodes>
