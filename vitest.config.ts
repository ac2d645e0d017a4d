import { defineConfig } from 'vitest/config';

const everywhere = '{shared,db,main,preload,renderer,scripts}/**';

export default defineConfig({
  test: {
    // Half of the cores are the developer's; one is not enough for tests that wait for a database.
    maxWorkers: 2,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${everywhere}/*.test.{ts,tsx}`],
          exclude: ['**/*.integration.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'integration',
          include: [`${everywhere}/*.integration.test.ts`],
          environment: 'node',
          setupFiles: ['scripts/fuzz/cheap-keys.ts'],
          globalSetup: ['scripts/lib/integration-database.mjs', 'db/testing/demo-template.ts', 'scripts/lib/attack-tally.mjs'],
          // Tests that wait for a server on a busy machine; whatever needs it is named (scripts/lib/second-attempts.mjs).
          retry: 1,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
