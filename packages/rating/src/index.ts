export {
  type AdjustmentLine,
  adjustmentLines,
  type BilledCall,
  type InvoiceLine,
  type InvoiceTotals,
  invoiceTotals,
} from './adjustment.ts'
export { type AllowanceCounter, type AllowanceCounters, createAllowanceCounters } from './allowance.ts'
export { AmountFault, type Decimal, decimalFrom, rescaled, safeUnitsFrom, textFrom, unitsFrom } from './amount.ts'
export { partsOfPattern } from './claims.ts'
export type { CompiledDeck } from './compiled-deck.ts'
export { ConfigurationFault } from './configuration-fault.ts'
export { type CurrencyRate, type CurrencyRates, converted, createCurrencyRates, type FoundRate } from './currency.ts'
export type { DeckRow, DeckSettings } from './deck.ts'
export { createDeckBuilder, type DeckBuilder, DeckRowFault } from './deck-builder.ts'
export { type DeckImport, importDeck } from './deck-csv.ts'
export {
  compareDecks,
  compareDecksInParts,
  type DeckChange,
  type DeckDifference,
  type DeckDifferenceLine,
} from './deck-difference.ts'
export { DeckExportFault, exportDeck } from './deck-export.ts'
export { type DeckFault, type DeckField, type DeckMapping, deckFields } from './deck-fields.ts'
export { type DeckPreset, deckPresets, ownDeckMapping } from './deck-presets.ts'
export { createEngine, type Engine, type ExplainedCall, type RateOptions } from './engine.ts'
export type { RatingConfiguration } from './engine-parts.ts'
export { instantFrom, momentFrom } from './instant.ts'
export { type DroppedRoute, type LeastCostQuestion, leastCost, type Route, type RouteCandidate } from './least-cost.ts'
export { type MarginGap, type MarginGaps, type MarginQuestion, marginGaps, marginGapsInParts } from './margin-gaps.ts'
export type { NormalNumber, NumberClass, NumberRewrite, NumberRules } from './number.ts'
export { createNumberReader } from './number.ts'
export type { Allowance, Claim, During, OrganisationNode, Plan, PlanDeck, Vendor } from './organisation.ts'
export { valueAt } from './organisation-tree.ts'
export { packDeck, unpackDeck } from './pack-deck.ts'
export { createPinnedCounters } from './pinned-allowances.ts'
export { createPortability, type PortedNumber } from './portability.ts'
export type { Provider, ProviderRule } from './provider.ts'
export { quoteInline, quoteStepFrom } from './quote.ts'
export { type CallDraft, createDraft, type RatedCall, type RatedRun } from './rated-call.ts'
export { type CallStatus, type Flag, flagNames, flags, type Reason, reasons } from './reason.ts'
export type { CdrReader, CdrRecord, CdrSink, Direction, LineFault } from './record.ts'
export { powerOfTen, type Rounding, roundings, roundRatio, storedDigits } from './rounding.ts'
export { createRunDigest, type RunDigest } from './run-digest.ts'
export {
  type CdrFileFormat,
  type CdrRowFormat,
  type CdrRowReader,
  FormatFault,
  type ReadFrom,
  RecordFault,
} from './sources/format.ts'
export { cdrFormats } from './sources/formats.ts'
export { makeRecord } from './sources/make-record.ts'
export type { Band, Calendar, Step, Tariff } from './tariff.ts'
export type { ExplainedStep } from './walk-exactly.ts'
export { type FoundInstant, instantOf, type Zone, zoneOf } from './zone.ts'
