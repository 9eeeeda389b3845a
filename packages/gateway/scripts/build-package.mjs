import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { parse } from 'yaml';

// Node takes the types out of TypeScript everywhere but below node_modules: what is installed must be JavaScript.
// The other workspace packages this one uses go into the bundle, since no registry has them, and so does zod, of which
// little is used: three dependencies are left.
const bundled = ['zod'];

const root = resolve(import.meta.dirname, '..');
const target = resolve(root, 'dist');
const manifest = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'));
const { catalog } = parse(await readFile(resolve(root, '../../pnpm-workspace.yaml'), 'utf8'));

const dependencies = Object.fromEntries(
  Object.entries(manifest.dependencies)
    .filter(([name, range]) => !range.startsWith('workspace:') && !bundled.includes(name))
    .map(([name, range]) => [name, range === 'catalog:' ? catalog[name] : range]),
);

await rm(target, { recursive: true, force: true });
await mkdir(resolve(target, 'licenses'), { recursive: true });
const bundle = await rolldown({
  input: { index: resolve(root, 'src/index.ts'), cli: resolve(root, 'src/cli.ts') },
  platform: 'node',
  external: (id) =>
    id.startsWith('node:') || Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`)),
});
await bundle.write({
  dir: resolve(target, 'lib'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();

const { name, version, description, license, type } = manifest;
const published = {
  name,
  version,
  description,
  license,
  type,
  engines: { node: '>=24' },
  bin: { 'parley-gateway': './lib/cli.js' },
  exports: { '.': './lib/index.js' },
  files: ['lib', 'licenses', 'README.md'],
  dependencies,
};
await writeFile(resolve(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
await cp(resolve(root, 'README.md'), resolve(target, 'README.md'));
for (const dependency of bundled) {
  await cp(resolve(root, 'node_modules', dependency, 'LICENSE'), resolve(target, 'licenses', `${dependency}.txt`));
}
