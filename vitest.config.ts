import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const propertySeed = fileURLToPath(new URL('scripts/property-seed.mjs', import.meta.url));

/**
 * Where every tier is mandatory, a test that fails is tried once more; `npm test` names those that needed it, because each
 * is a fault of the test or of what it tests.
 */
const retry = process.env['PARLEY_TIERS'] === 'all' ? 1 : 0;

/** Unit, conformance and contract tests: everything that needs nothing but Node. The e2e tier runs in Playwright. */
export default defineConfig({
  test: {
    // Much of it waits for processes and sockets, so a core kept free for the runner would stand idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          retry,
          environment: 'node',
          include: ['{api,packages/*,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.docker.test.ts'],
          setupFiles: [propertySeed],
          // Deadlines, not expectations: a busy machine must not turn a test red.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        // What strangers' code can do to a real Docker engine; one file after the other, for they measure and fill it.
        test: {
          name: 'sandbox',
          retry,
          environment: 'node',
          include: ['{api,packages/*}/**/*.docker.test.ts'],
          exclude: ['**/node_modules/**'],
          setupFiles: [propertySeed],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: './client/vite.config.ts',
        root: './client',
        test: {
          name: 'client',
          retry,
          environment: 'jsdom',
          include: ['{src,service-worker}/**/*.test.{ts,tsx}'],
          setupFiles: [propertySeed, fileURLToPath(new URL('client/src/test-setup.ts', import.meta.url))],
        },
      },
    ],
  },
});
