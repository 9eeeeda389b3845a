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
const deadlineMs = 150_000;
let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'parley-conformance-'));
});
afterAll(() => rm(results, { recursive: true }));

/** Runs everything of a revision against `conformance-client`; one check more or less than expected makes it fail. */
async function runSuite(revision: string): Promise<{ passed: number; failed: number; unexpected: string }> {
  const output = await new Promise<string>((resolve) => {
    const folder = join(results, revision);
    const expected = join('conformance', `expected-failures-${revision}.yml`);
    const options = ['--requirements', revision, '--expected-failures', expected, '--timeout', '60000', '-o', folder];
    execFile(
      process.execPath,
      [suite, 'client', '--command', 'node src/conformance-client.ts', ...options],
      {
        cwd: packageFolder,
        env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` },
        maxBuffer: 64 * 1024 * 1024,
        timeout: deadlineMs,
      },
      (error, stdout, stderr) => resolve(`${stdout}${stderr}${error === null ? '' : '\nExited with an error.'}`),
    );
  });
  const [, passed, failed] = /^Total: (\d+) passed, (\d+) failed/m.exec(output) ?? [];
  const unexpected = output.endsWith('Exited with an error.') ? output.slice(-4000) : '';
  return { passed: Number(passed), failed: Number(failed), unexpected };
}

/** A ratchet: what passed once has to pass. A newer suite may move the figures; the README names them too. */
const figures = [
  { revision: '2025-11-25', passed: 331, failed: 11 },
  { revision: '2026-07-28', passed: 480, failed: 11 },
];

describe('the official conformance suite', () => {
  it.each(figures)('passes for $revision: $passed checks', { timeout: deadlineMs + 10_000 }, async (figure) => {
    const { revision, ...counts } = figure;
    expect(await runSuite(revision)).toEqual({ ...counts, unexpected: '' });
  });
});
