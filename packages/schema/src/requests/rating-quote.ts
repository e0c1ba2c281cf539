import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { QuoteAnswer, QuoteQuestion } from '../documents/rating-quote.ts'

export const quoteCall = defineRequest({
  domain: 'rating',
  verb: 'quote',
  owner: 'rating',
  summary:
    'What a call costs, step by step; nothing is stored. By stored tariffs, or by one that comes with the question',
  input: Type.Object({ quote: QuoteQuestion }),
  output: QuoteAnswer,
  errors: ['not-found'],
  rest: { method: 'POST', path: '/api/v1/rating/quote', success: 200, permission: 'read', body: 'quote' },
  example: {
    input: {
      quote: {
        tariff: {
          connect_fee: '0.05',
          zone: 'Europe/Rome',
          bands: [
            { prefix: '39', increment_s: 60, unit_s: 60, price_per_unit: '0.12', rounding: 'half_up', decimals: 4 },
            { prefix: '39', increment_s: 60, unit_s: 60, price_per_unit: '0.06', from_time: '19:00', weight: 10 },
          ],
        },
        call: { start: '2025-11-10T18:59:30+01:00', duration_s: 100, destination: '+39021234567' },
      },
    },
    output: {
      cost: '0.23',
      billed_s: 120,
      steps: [{ step: 'duration', text: 'Answered for 100 s', seconds: 100 }],
    },
  },
})
