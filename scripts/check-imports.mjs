// Import rules (.dependency-cruiser.mjs), with proof that the tool saw the code: a cruise over nothing is always green.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

const folders = ['api/src', 'bench/src', 'client/src', 'e2e', 'packages'];
const fewestModules = 300;
const result = spawnSync(
  join(root, 'node_modules/.bin/depcruise'),
  ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders],
  { cwd: root, encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 },
);
if (!result.stdout) {
  process.stderr.write(result.stderr);
  process.exit(1);
}
const { summary } = JSON.parse(result.stdout);
for (const { from, to, rule, cycle } of summary.violations) {
  const way = cycle ? [from, ...cycle.map((step) => step.name)].join(' → ') : `${from} → ${to}`;
  const reason = summary.ruleSetUsed?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? '';
  console.error(`${rule.severity}: ${rule.name}: ${way}\n  ${reason}`);
}
if (summary.totalCruised < fewestModules) {
  console.error(`Only ${summary.totalCruised} modules were seen; the parser is not reading TypeScript.`);
  process.exit(1);
}
if (summary.violations.length > 0) process.exit(1);
console.log(`Imports: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, no rule broken.`);
