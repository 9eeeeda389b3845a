import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How each tier's report tells what passed, what failed and what needed a second try (by name), and what was skipped. */
const readers = {
  'vitest.json': readVitest,
  'sandbox.json': readVitest,
  'playwright.json': ({ stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: suites.flatMap((suite) => storiesOf(suite, 'unexpected')),
    second: suites.flatMap((suite) => storiesOf(suite, 'flaky')),
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
  const results = { passed: 0, failed: [], second: [], skipped: 0 };
  for (const [file, read] of Object.entries(readers)) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const { passed, failed, second = [], skipped } = read(JSON.parse(readFileSync(path, 'utf8')));
    results.passed += passed;
    results.failed.push(...failed);
    results.second.push(...second);
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
  const second = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((test) => test.status === 'passed' && test.failureMessages?.length > 0)
      .map((test) => `${name}: ${test.fullName}`),
  );
  return { passed: numPassedTests, failed, second, skipped: numPendingTests + numTodoTests };
}

function storiesOf({ file, specs = [], suites = [] }, status) {
  const own = specs
    .filter(({ tests }) => tests.some((test) => test.status === status))
    .map(({ title, line }) => `e2e/specs/${file}:${line}: ${title}`);
  return [...own, ...suites.flatMap((suite) => storiesOf(suite, status))];
}
