// Builds the container image and uses it: start, register, ask, stop. Where no registry can be reached, the base image
// comes from Debian's packages (debootstrap) with this machine's Node and npm. Takes the report's path as argument.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './toolchain.mjs';

const image = 'parley:test';
const localBase = 'parley-base:bookworm';
const container = `parley-image-test-${process.pid}`;
const caBundle = '/etc/ssl/certs/ca-certificates.crt';

/** The first Docker client that can build with secrets: a newer one without its buildx part cannot. */
const client = ['docker', '/usr/bin/docker'].find((name) => {
  const help = spawnSync(name, ['build', '--help'], {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  });
  return help.stdout?.includes('--secret');
});
if (!client) {
  console.error('No Docker client here can build with BuildKit: apt-get install docker.io, or add docker-buildx.');
  process.exit(1);
}

const docker = (...args) =>
  execFileSync(client, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  }).trim();

const report = { passed: 0, failed: [] };
const checks = [
  { name: 'the image builds', check: buildImage },
  { name: 'a container becomes healthy without any configuration', check: startContainer },
  { name: 'it serves the client and creates the first account', check: useContainer },
  { name: 'it stops cleanly within ten seconds', check: stopContainer },
];

try {
  for (const { name, check } of checks) {
    await check();
    report.passed += 1;
    console.log(`  ✓ ${name}`);
  }
} catch (error) {
  const { name } = checks[report.passed];
  report.failed.push(name);
  console.error(`  ✗ ${name}\n    ${error.message}`);
  if (containerExists()) console.error(docker('logs', '--tail', '30', container));
} finally {
  if (containerExists()) docker('rm', '-f', container);
}
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify(report));
process.exit(report.failed.length === 0 ? 0 : 1);

async function buildImage() {
  const base = process.env.PARLEY_BASE_IMAGE ?? baseImage();
  const certificates = existsSync(caBundle) ? ['--secret', `id=ca,src=${caBundle}`] : [];
  docker(
    'build',
    '--quiet',
    '--network',
    'host',
    '--build-arg',
    `BASE_IMAGE=${base}`,
    ...certificates,
    '-t',
    image,
    '.',
  );
}

/** The published Node image if Docker has it, else one made here from Debian's packages. */
function baseImage() {
  if (docker('images', '-q', 'node:24-bookworm-slim')) return 'node:24-bookworm-slim';
  if (docker('images', '-q', localBase)) return localBase;
  const work = mkdtempSync(join(tmpdir(), 'parley-base-'));
  try {
    const tree = join(work, 'root');
    const mirror = debianMirror();
    execFileSync('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', tree, mirror], {
      stdio: 'ignore',
    });
    cpSync(process.execPath, join(tree, 'usr/local/bin/node'));
    cpSync(npmFolder(), join(tree, 'usr/local/lib/node_modules/npm'), { recursive: true });
    execFileSync('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(tree, 'usr/local/bin/npm')]);
    execFileSync('sh', ['-c', 'tar --numeric-owner -C "$1" -c . | docker import - "$2"', 'sh', tree, localBase]);
    return localBase;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where the npm on PATH lies; `npm root -g` follows the Node that runs it, which may have come without one. */
function npmFolder() {
  const command = process.env.PATH.split(':')
    .map((folder) => join(folder, 'npm'))
    .find((file) => existsSync(file));
  if (!command) throw new Error('There is no npm on PATH to put into the base image.');
  return dirname(dirname(realpathSync(command)));
}

function debianMirror() {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const match = existsSync(sources) ? /^URIs:\s*(\S+)/m.exec(readFileSync(sources, 'utf8')) : null;
  return match?.[1] ?? 'http://deb.debian.org/debian';
}

async function startContainer() {
  docker('run', '-d', '--name', container, '-p', '127.0.0.1::3080', image);
  await until('ready', async () => (await fetch(`${address()}/readyz`)).ok);
}

async function useContainer() {
  const page = await (await fetch(address())).text();
  if (!page.includes('<div id="root">')) throw new Error('The page is not the client.');
  const registered = await fetch(`${address()}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', name: 'Ada', password: 'correct horse' }),
  });
  const { user } = await registered.json();
  if (registered.status !== 201 || user.role !== 'ADMIN') throw new Error(`Registering answered ${registered.status}.`);
}

async function stopContainer() {
  docker('stop', '-t', '10', container);
  const code = docker('inspect', '-f', '{{.State.ExitCode}}', container);
  if (code !== '0') throw new Error(`The container ended with code ${code}.`);
}

function address() {
  return `http://${docker('port', container, '3080/tcp').split('\n')[0]}`;
}

function containerExists() {
  return docker('ps', '-aq', '--filter', `name=${container}`) !== '';
}

async function until(what, check) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      if (await check()) return;
    } catch {
      // Not listening yet: the next round asks again.
    }
    if (Date.now() > deadline) throw new Error(`Not ${what} within 60 s.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
