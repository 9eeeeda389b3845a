// Type-checks every workspace package; prints the failures of all of them, not of the first alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

const packages = [
  'api',
  'bench',
  'client',
  'client/service-worker',
  'e2e',
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
];
const failed = packages
  .filter((name) => existsSync(join(root, name, 'tsconfig.json')))
  .filter(
    (name) =>
      spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', name], { cwd: root, stdio: 'inherit' }).status !== 0,
  );
if (failed.length > 0) {
  console.error(`Types: ${failed.join(', ')} failed.`);
  process.exit(1);
}
console.log(`Types: ${packages.length} packages are sound.`);
