import { defineConfig } from '@playwright/test';

/** Found by scripts/tiers.mjs and named by `npm run e2e` and `npm test`. */
const chromium = process.env['CHROMIUM_PATH'];

/** User stories in the system's Chromium against a server of their own; nothing is downloaded. */
export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // See vitest.config.ts.
  retries: process.env['PARLEY_TIERS'] === 'all' ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // A story waits for what it acts on for so long, not until its own end.
    actionTimeout: 30_000,
    // Only the story about being offline has one: what passes through it, a story cannot intercept.
    serviceWorkers: 'block',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
