import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How each tier's report tells what passed, what failed (by name) and what was skipped. */
const readers = {
  'vitest.json': readVitest,
  'sandbox.json': readVitest,
  'playwright.json': ({ stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: suites.flatMap((suite) => failedStories(suite)),
    skipped: stats.skipped,
  }),
  'chaos.json': ({ rows }) => {
    const broken = rows.filter((row) => row.broken.length > 0);
    return { passed: rows.length - broken.length, failed: broken.map(({ fault }) => `Fault: ${fault}`), skipped: 0 };
  },
  'image.json': ({ passed, failed }) => ({
    passed,
    failed: failed.map((name) => `Container image: ${name}`),
    skipped: 0,
  }),
};

/** What the tiers that ran have reported into a folder, together. */
export function readResults(folder) {
  const results = { passed: 0, failed: [], skipped: 0 };
  for (const [file, read] of Object.entries(readers)) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const { passed, failed, skipped } = read(JSON.parse(readFileSync(path, 'utf8')));
    results.passed += passed;
    results.failed.push(...failed);
    results.skipped += skipped;
  }
  return results;
}

function readVitest({ numPassedTests, numPendingTests, numTodoTests, testResults }) {
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${name}: ${test.fullName}`);
    // A file that could not even be loaded has no tests.
    return tests.length === 0 && status === 'failed' ? [name] : tests;
  });
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

function failedStories({ file, specs = [], suites = [] }) {
  const own = specs.filter(({ ok }) => !ok).map(({ title, line }) => `e2e/specs/${file}:${line}: ${title}`);
  return [...own, ...suites.flatMap((suite) => failedStories(suite))];
}
