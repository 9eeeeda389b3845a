import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian, Ubuntu, Fedora and Arch put a Chromium; `CHROMIUM_PATH` names another one. */
const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const dockerHint = 'It needs a running Docker engine: apt-get install docker.io, then start dockerd.';

/** The tiers beyond plain Node: what each needs, whether it is here, and what runs then. */
export function findTiers() {
  const hasDocker = spawnSync('docker', ['info'], { timeout: 10_000 }).status === 0;
  return [
    {
      name: 'Code in containers (Docker)',
      present: hasDocker,
      hint: dockerHint,
      // The stories below run code too, so the images come first.
      task: async ({ run, steps, results }) =>
        (await run(['node', 'packages/sandbox/src/cli.ts', 'build', 'python', 'node', 'php'])) ||
        (await run([
          steps.bin('vitest'),
          'run',
          '--project=sandbox',
          ...steps.reporters(join(results, 'sandbox.json')),
        ])),
    },
    {
      name: 'End-to-end tests (Chromium)',
      present: chromiumPath() !== undefined,
      hint: 'They need Chromium: apt-get install chromium (or set CHROMIUM_PATH).',
      task: ({ steps, results }) => {
        const report = { PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'playwright.json') };
        return steps.runStories(['--reporter=list,json'], report);
      },
    },
    {
      name: 'Redis log conformance (redis-server)',
      present: spawnSync('redis-server', ['--version']).status === 0,
      hint: 'It needs a Redis server program, which the tests start themselves: apt-get install redis-server.',
    },
    {
      name: 'Faults, short form (redis-server, nginx)',
      present: ['redis-server', 'nginx'].every((program) => spawnSync(program, ['-v']).status === 0),
      hint: 'It needs both programs, which it starts itself: apt-get install redis-server nginx-light.',
      task: ({ run, results }) =>
        run(['node', 'bench/src/chaos/chaos.ts', '--short', '--json', join(results, 'chaos.json')]),
    },
    {
      name: 'Container image (Docker)',
      present: hasDocker,
      hint: dockerHint,
      task: ({ run, results }) => run(['node', 'scripts/test-image.mjs', join(results, 'image.json')]),
    },
  ];
}

/** The Chromium that drives the end-to-end tests, if there is one. */
export function chromiumPath() {
  const candidates = [process.env.CHROMIUM_PATH, ...chromiumPaths];
  return candidates.find((path) => path && existsSync(path));
}
