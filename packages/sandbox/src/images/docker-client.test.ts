import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findDockerClient } from './docker-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'docker-client-'));
const signal = AbortSignal.timeout(20_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** A program that answers as a Docker client does. */
function client(name: string, { help = '', engine = true }: { help?: string; engine?: boolean }): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    `#!/bin/sh
case "$1 $2" in
  "build --help") echo "${help}" ;;
  "--version ") echo "Docker version 28" ;;
  "version --format") ${engine ? 'echo 20.10' : 'echo "Cannot connect" >&2; exit 1'} ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return file;
}

test('passes over a client that cannot build with BuildKit when another one can', async () => {
  const plain = client('plain', { help: 'ERROR: BuildKit is enabled but the buildx component is missing' });
  const able = client('able', { help: '--secret stringArray' });

  const found = await findDockerClient(process.env, signal, [join(folder, 'missing'), plain, able]);

  expect(found.program).toBe(able);
  expect(found.environment['DOCKER_BUILDKIT']).toBe('1');
});

test('takes the classic builder where there is nothing else', async () => {
  const plain = client('classic', {});
  const found = await findDockerClient(process.env, signal, [plain]);

  expect(found.program).toBe(plain);
  expect(found.environment['DOCKER_BUILDKIT']).toBe('0');
});

test('says what is missing: the command, or the engine behind it', async () => {
  await expect(findDockerClient(process.env, signal, [join(folder, 'missing')])).rejects.toThrow('no docker command');
  const lonely = client('lonely', { help: '--secret', engine: false });
  await expect(findDockerClient(process.env, signal, [lonely])).rejects.toThrow('Docker does not answer');
});

test('an interruption is not taken for an answer', async () => {
  const interrupted = AbortSignal.abort(new Error('Interrupted.'));
  await expect(findDockerClient(process.env, interrupted, ['docker'])).rejects.toThrow('Interrupted.');
});
