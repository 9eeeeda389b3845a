import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readResults } from './test-results.mjs';
import { findTiers } from './tiers.mjs';
import { root } from './toolchain.mjs';

const results = join(root, '.cache', 'test-results');

/**
 * Unit, conformance and contract tests always; the other tiers when this machine has what they need. Ends with one
 * line over all tiers, `N passed, N failed, N skipped`, after the names of those that failed.
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
  const { passed, failed, second, skipped } = readResults(results);
  for (const name of second) console.log(`Needed a second try: ${name.replace(`${root}/`, '')}`);
  for (const name of failed) console.log(`Failed: ${name.replace(`${root}/`, '')}`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped} skipped`);
  return code || (failed.length > 0 || passed === 0 ? 1 : 0);
}

/** What makes vitest print its progress and write its counts to a file. */
function reporters(file) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
}
