import { defineConfig } from 'vitest/config'

const conditions = ['@strowger/source']

/** Tests run from the sources: no build is needed, save by those in test-e2e, which spawn services. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions: [...conditions, 'node', 'development|production'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'deploy/local/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    globalSetup: ['./packages/testkit/src/global-setup.ts'],
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
