import type { Maker } from '../maker.ts'

/** Bans and limits are of the whole installation. */
export const installationMakers: readonly Maker[] = [
  {
    operations: [
      'GET /api/v1/bans',
      'POST /api/v1/bans',
      'GET /api/v1/bans/report',
      'GET /api/v1/flood',
      'PATCH /api/v1/flood',
      'GET /api/v1/flood/expiring',
      'POST /api/v1/flood/expire',
    ],
    ofInstallation: true,
  },
  {
    operations: ['DELETE /api/v1/bans/{address}'],
    make: async () => ({ params: { address: '203.0.113.5' } }),
    ofInstallation: true,
  },
  {
    operations: ['GET /api/v1/bans/known'],
    make: async () => ({ query: '?address=203.0.113.5' }),
    ofInstallation: true,
  },
]
