import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { startCli } from './testing/cli-process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const packageRoot = join(import.meta.dirname, '..');
const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

let folder: string;
let installed: string;
let manifest: z.infer<typeof manifestSchema>;

/** Packs what `pnpm pack` packs, and installs without a network: the tarball below node_modules, and what it depends on. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-package-'));
  const packed = await pack(folder);
  await run('tar', ['-xzf', packed, '-C', folder]);
  installed = join(folder, 'node_modules/@parley/gateway');
  await mkdir(dirname(installed), { recursive: true });
  await rename(join(folder, 'package'), installed);
  manifest = z.parse(manifestSchema, JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')));
  for (const name of Object.keys(manifest.dependencies)) {
    await symlink(join(packageRoot, 'node_modules', name), join(folder, 'node_modules', name));
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('the packed gateway needs three pinned packages and no TypeScript', async () => {
  expect(Object.keys(manifest.dependencies)).toHaveLength(3);
  for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  const files = await readdir(installed, { recursive: true });
  expect(files.filter((name) => name.endsWith('.ts'))).toEqual([]);
});

test('the packed gateway starts in an empty folder and streams', async () => {
  const server = await startCli(
    folder,
    [],
    { GUIDE_TOKEN_DELAY_MS: '0' },
    join(installed, manifest.bin['parley-gateway'] ?? ''),
  );
  try {
    const answer = await server.post('chat-fast', 'count to 3', { stream: true });
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(text).toMatch(/^data: \{[^]*data: \[DONE\]\n\n$/);
    expect((await server.post('guide', 'count to 3')).status).toBe(200);
  } finally {
    expect(await server.stop()).toEqual([0, null]);
  }
});

test('the packed gateway is a library too', async () => {
  const script = `import { configFromEnvironment, createGateway } from '@parley/gateway';
const gateway = createGateway({ config: configFromEnvironment({ OLLAMA_ENDPOINT: 'off' }, { guideDocuments: [] }) });
console.log((await gateway.describe()).guideOnly);
await gateway.close();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    timeout: 20_000,
  });
  expect(stdout).toBe('true\n');
});

async function pack(target: string): Promise<string> {
  await run(process.execPath, ['scripts/build-package.mjs'], { cwd: packageRoot, timeout: 40_000 });
  await run('npm', ['pack', './dist', '--offline', '--pack-destination', target], {
    cwd: packageRoot,
    timeout: 40_000,
  });
  const [tarball = ''] = (await readdir(target)).filter((name) => name.endsWith('.tgz'));
  return join(target, tarball);
}
