import { defineConfig } from 'vitest/config'

/** Not 'module': what @opentelemetry/api gives for it is neither of Node's two formats. */
const resolve = { conditions: ['@strowger/source', 'node', 'development|production'] }

/** Tests run from the sources: no build is needed, save by those in test-e2e, which spawn services. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  // vitest 4 runs globalSetup in an environment of its own, which takes nothing from the two above.
  environments: { __vitest__: { resolve } },
  test: {
    include: [
      'bench/src/**/*.test.ts',
      'packages/*/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'deploy/*/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // A real Asterisk is met by `make e2e`.
    exclude: ['**/node_modules/**', '**/*.asterisk.test.ts'],
    globalSetup: ['./packages/testkit/src/global-setup.ts'],
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
