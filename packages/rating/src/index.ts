export { type AllowanceCounter, type AllowanceCounters, createAllowanceCounters } from './allowance.ts'
export { AmountFault, type Decimal, decimalFrom, rescaled, safeUnitsFrom, textFrom, unitsFrom } from './amount.ts'
export type { CompiledDeck } from './compiled-deck.ts'
export type { CurrencyRate } from './currency.ts'
export type { DeckRow, DeckSettings, FoundRow } from './deck.ts'
export { createDeckBuilder, type DeckBuilder, DeckRowFault } from './deck-builder.ts'
export {
  type DeckFault,
  type DeckField,
  type DeckImport,
  type DeckMapping,
  type DeckPreset,
  deckPresets,
  exportDeck,
  importDeck,
} from './deck-csv.ts'
export { compareDecks, type DeckChange, type DeckDifference, type DeckDifferenceLine } from './deck-difference.ts'
export { createEngine, type Engine, type RateOptions, type RatingConfiguration } from './engine.ts'
export { instantFrom } from './instant.ts'
export type { NormalNumber, NumberClass, NumberRewrite, NumberRules } from './number.ts'
export type { Allowance, Claim, During, OrganisationNode, Plan, PlanDeck, Vendor } from './organisation.ts'
export { packDeck, unpackDeck } from './pack-deck.ts'
export type { PortedNumber } from './portability.ts'
export type { Provider, ProviderRule } from './provider.ts'
export { quoteInline } from './quote.ts'
export type { RatedCall, RatedRun } from './rated-call.ts'
export { type CallStatus, type Flag, flagNames, flags, type Reason, reasons } from './reason.ts'
export type { CdrReader, CdrRecord, CdrSink, Direction, LineFault } from './record.ts'
export { type Rounding, roundings, roundRatio, storedDigits } from './rounding.ts'
export { type CdrFileFormat, type CdrRowFormat, RecordFault } from './sources/format.ts'
export type { Band, Calendar, Step, Tariff } from './tariff.ts'
export type { ExplainedStep } from './walk-exactly.ts'
export { type FoundInstant, instantOf, type Zone, zoneOf } from './zone.ts'
