import { mkdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { findTiers } from './tiers.mjs';
import { root } from './toolchain.mjs';

const results = join(root, '.cache', 'test-results');

/**
 * Unit, conformance and contract tests always; the other tiers when this machine has what they need. Ends with one
 * line over all tiers: `N passed, N failed, N skipped`.
 */
export async function testAll(run, rest, steps) {
  if (rest.length > 0) return run([steps.bin('vitest'), 'run', ...rest]);
  const tiers = findTiers();
  const missing = tiers.filter((tier) => !tier.present);
  const sayMissing = () => missing.forEach((tier) => console.log(`Skipped: ${tier.name}. ${tier.hint}`));
  sayMissing();
  if (missing.length > 0 && process.env.PARLEY_TIERS === 'all') {
    console.error('PARLEY_TIERS=all makes every tier mandatory, and the ones above cannot run.');
    return 1;
  }
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });

  const always = ['--project=node', '--project=client'];
  let code = await run([steps.bin('vitest'), 'run', ...always, ...reporters(join(results, 'vitest.json'))]);
  for (const tier of tiers) {
    if (!tier.present || !tier.task) continue;
    console.log(`\n${tier.name}`);
    code = (await tier.task({ run, steps: { ...steps, reporters }, results })) || code;
  }
  sayMissing();
  const { passed, failed, skipped } = countResults();
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return code || (failed > 0 || passed === 0 ? 1 : 0);
}

/** What makes vitest print its progress and write its counts to a file. */
function reporters(file) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
}

function countResults() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const add = (file, count) => {
    const path = join(results, file);
    if (!existsSync(path)) return;
    const [passed, failed, skipped] = count(JSON.parse(readFileSync(path, 'utf8')));
    counts.passed += passed;
    counts.failed += failed;
    counts.skipped += skipped;
  };
  for (const file of ['vitest.json', 'sandbox.json']) {
    add(file, (report) => [report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests]);
  }
  add('playwright.json', ({ stats }) => [stats.expected + stats.flaky, stats.unexpected, stats.skipped]);
  add('chaos.json', ({ rows }) => {
    const kept = rows.filter(({ broken }) => broken.length === 0).length;
    return [kept, rows.length - kept, 0];
  });
  add('image.json', (report) => [report.passed, report.failed, 0]);
  return counts;
}
