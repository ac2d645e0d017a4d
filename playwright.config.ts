import { defineConfig } from '@playwright/test';
import { desktopSessions } from './e2e/support/desktop-sessions.ts';

/** End-to-end tests open real application windows: those of a file one after the other, and as many files at a time as there are displays. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/support/central-template.ts',
  outputDir: 'test-results',
  workers: desktopSessions.length,
  // A race of a test is named in the result (scripts/lib/second-attempts.mjs) instead of hiding what all others say.
  retries: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
});
