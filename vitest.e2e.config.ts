import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** Tests from outside: they spawn what `make build` has built, and talk to it as phones and people do. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: ['**/node_modules/**'], globalSetup: [] } },
  defineConfig({
    test: {
      include: ['test-e2e/src/**/*.test.ts', 'services/*/src/**/*.asterisk.test.ts'],
      globalSetup: [
        './scripts/bundle.mjs',
        './packages/testkit/src/global-setup.ts',
        './test-e2e/src/install-clients.ts',
      ],
      testTimeout: 240_000,
      hookTimeout: 120_000,
      // They measure and kill: one at a time.
      fileParallelism: false,
    },
  }),
)
