import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const suite = fileURLToPath(
  new URL('dist/index.js', import.meta.resolve('@modelcontextprotocol/conformance/package.json')),
);
const clientMs = 120_000;
const suiteMs = 150_000;
const verdictCharacters = 4000;
let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'parley-conformance-'));
});
afterAll(() => rm(results, { recursive: true }));

interface SuiteRun {
  readonly passed: number;
  readonly failed: number;
  /** Empty when exactly those checks failed that the file of expected failures names. */
  readonly verdict: string;
}

async function runSuite(revision: string): Promise<SuiteRun> {
  const expected = join('conformance', `expected-failures-${revision}.yml`);
  const options = ['--requirements', revision, '--expected-failures', expected, '--timeout', String(clientMs)];
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [suite, 'client', '--command', 'node src/conformance-client.ts', ...options, '-o', join(results, revision)],
      {
        cwd: packageFolder,
        env: {
          ...process.env,
          // Dozens of clients start at once and compile the same modules.
          NODE_COMPILE_CACHE: join(results, 'cache'),
          PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
        },
        maxBuffer: 64 * 1024 * 1024,
        timeout: suiteMs,
      },
      (error, output) => {
        const [, passed, failed] = /^Total: (\d+) passed, (\d+) failed/m.exec(output) ?? [];
        const verdict = error === null ? '' : `${error.message}\n${output.slice(-verdictCharacters)}`;
        resolve({ passed: Number(passed), failed: Number(failed), verdict });
      },
    );
  });
}

/** What passed once has to pass. The README names the figures too. */
const figures = [
  { revision: '2025-11-25', passed: 331, failed: 11 },
  { revision: '2026-07-28', passed: 480, failed: 11 },
];

describe('the official conformance suite', () => {
  it.each(figures)('passes for $revision', { timeout: suiteMs + 10_000 }, async ({ revision, ...known }) => {
    const run = await runSuite(revision);
    process.stdout.write(`Conformance to ${revision}: ${run.passed} of ${run.passed + run.failed} checks passed\n`);
    expect(run.verdict).toBe('');
    expect(run.passed).toBeGreaterThanOrEqual(known.passed);
    expect(run.failed).toBeLessThanOrEqual(known.failed);
  });
});
