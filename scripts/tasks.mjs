import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint, root, taskEnvironment, writeStamp } from './toolchain.mjs';
import { runCommand } from './run-command.mjs';
import { testAll } from './test-all.mjs';
import { chromiumPath } from './tiers.mjs';

const bin = (name) => join('node_modules', '.bin', name);

/** What each script of package.json does, as lists of commands that run one after another until one fails. */
export const tasks = {
  start: async (run) => (await buildAll(run)) || run(['node', '--conditions=built', 'api/src/main.ts']),
  build: buildAll,
  dev: (run) =>
    run.together([
      ['node', '--watch-path=api/src', '--watch-path=packages', 'api/src/main.ts'],
      ['node', 'client/node_modules/vite/bin/vite.js', 'client'],
    ]),
  test: (run, rest) => testAll(run, rest, { bin, runStories: (...given) => runStories(run, ...given) }),
  check: async (run) =>
    (await buildClient(run)) ||
    run.all([
      [bin('oxfmt'), '--check', '.'],
      [bin('oxlint'), '--type-aware', '--deny-warnings'],
      [bin('sherif')],
      ['node', 'scripts/check-types.mjs'],
      ['node', 'scripts/check-imports.mjs'],
      [bin('knip')],
      ['node', 'scripts/check-files.mjs'],
      ['node', 'scripts/check-bundle.mjs'],
    ]),
  fix: (run) =>
    run.all([
      [bin('oxlint'), '--type-aware', '--fix'],
      [bin('oxfmt'), '.'],
    ]),
  sandbox: (run, rest) => run(['node', 'packages/sandbox/src/cli.ts', ...rest]),
  words: (run, rest) => run(['node', 'client/build/words/cli.ts', ...rest]),
  e2e: (run, rest) => runStories(run, rest),
  bench: (run) => run.all(benches().map((file) => ['node', file])),
  'bench:chaos': (run, rest) => run(['node', 'bench/src/chaos/chaos.ts', ...rest]),
  // What is typed into the search waits for the server alone, so that gate needs no browser.
  'bench:client': async (run, rest) =>
    Math.max(
      await runInBrowser(run, ['node', 'bench/src/client/client.ts', ...rest]),
      await run(['node', 'bench/src/search/search.ts']),
    ),
  'bench:gateway': (run, rest) => run(['node', 'bench/src/gateway/gateway.ts', ...rest]),
  'bench:mongo': async (run, rest) => (await buildStore(run)) || run(['node', 'bench/src/mongo/mongo.ts', ...rest]),
  'bench:overhead': (run, rest) => run(['node', 'bench/src/overhead/overhead.ts', ...rest]),
  'bench:many-tools': (run, rest) => run(['node', 'bench/src/many-tools/many-tools.ts', ...rest]),
  'bench:sandbox': (run, rest) => run(['node', 'bench/src/sandbox/sandbox.ts', ...rest]),
  'bench:search': (run, rest) => run(['node', 'bench/src/search/search.ts', ...rest]),
  'bench:live-turns': (run, rest) => run(['node', 'bench/src/live-turns/live-turns.ts', ...rest]),
};

/** Every `*.bench.ts` is a program that measures one promise and prints ratios to a reference. */
function benches() {
  return ['api', 'client', 'packages'].flatMap(filesBelow).filter((file) => file.endsWith('.bench.ts'));
}

/** Runs a task and answers its exit code. */
export async function runTask(name, { node, rest }) {
  const environment = taskEnvironment(node);
  const run = (command, variables = {}) => runCommand(command, node, { ...environment, ...variables });
  run.together = async (commands) => Math.max(...(await Promise.all(commands.map((command) => run(command)))));
  run.all = async (commands) => {
    for (const command of commands) {
      const code = await run(command);
      if (code !== 0) {
        console.error(`\nFailed: ${command.join(' ')}`);
        return code;
      }
    }
    return 0;
  };
  return tasks[name](run, rest);
}

/** The end-to-end tests. */
function runStories(run, options, variables = {}) {
  return runInBrowser(
    run,
    ['node', 'e2e/node_modules/@playwright/test/cli.js', 'test', '-c', 'e2e', ...options],
    variables,
  );
}

/** A program that drives the Chromium of this machine against a built client. */
async function runInBrowser(run, command, variables = {}) {
  const chromium = chromiumPath();
  if (chromium === undefined) {
    console.error('No Chromium was found: apt-get install chromium, or set CHROMIUM_PATH.');
    return 1;
  }
  return (await buildAll(run)) || run(command, { ...variables, CHROMIUM_PATH: chromium });
}

/** What runs in browsers, and what starts faster as one file. */
async function buildAll(run) {
  return (await buildClient(run)) || buildStore(run);
}

function buildClient(run) {
  return build(run, {
    name: 'client',
    sources: [...filesBelow('client'), ...filesBelow('packages/contracts/src')],
    result: 'client/dist/index.html',
    command: ['node', 'client/node_modules/vite/bin/vite.js', 'build', 'client', '--logLevel', 'warn'],
  });
}

/** The embedded store: its worker as one file, and what starts it as another. */
function buildStore(run) {
  const room = 'packages/embedded-mongo';
  return build(run, {
    name: 'store',
    sources: filesBelow(room),
    result: `${room}/dist/index.js`,
    command: ['node', `${room}/build.ts`],
  });
}

/** Builds something when one of its sources changed since the last build. */
async function build(run, { name, sources, result, command }) {
  const stamp = join(root, '.cache', `${name}-build`);
  const state = fingerprint([...sources, 'pnpm-lock.yaml']);
  if (existsSync(join(root, result)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return 0;
  console.log(`Building the ${name} …`);
  const code = await run(command);
  if (code === 0) writeStamp(stamp, state);
  return code;
}
