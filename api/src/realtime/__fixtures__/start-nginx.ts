import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@parley/stream-log/conformance';

export interface TestNginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether nginx is there to test with. Throws when every tier is wanted and it is not. */
export function isNginxTested(): boolean {
  if (spawnSync('nginx', ['-v']).status === 0) return true;
  const notInstalled = 'nginx is not installed: apt-get install nginx-light';
  if (process.env['PARLEY_TIERS'] === 'all') throw new Error(notInstalled);
  process.stderr.write(`Skipped: ${notInstalled}\n`);
  return false;
}

/** An nginx with the very `deploy/nginx.conf`, in front of two servers on loopback. */
export async function startNginx(urls: readonly [string, string]): Promise<TestNginx> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, mainFile(folder, await siteFile(port, urls)));
  const child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${url}/livez`);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

async function siteFile(port: number, urls: readonly string[]): Promise<string> {
  const sample = await readFile(path.resolve(import.meta.dirname, '../../../../deploy/nginx.conf'), 'utf8');
  const [one = '', two = ''] = urls.map((url) => new URL(url).host);
  return sample
    .replace(/^resolver .*$/m, '')
    .replaceAll('api-1:3080 resolve', one)
    .replaceAll('api-2:3080 resolve', two)
    .replace('listen 8080;', `listen 127.0.0.1:${port};`);
}

function mainFile(folder: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  const head = ['daemon off;', 'worker_processes 1;',
    // That a replica is gone, which tests bring about, is an error to it.
    'error_log stderr crit;', `pid ${folder}/pid;`, ...(process.getuid?.() === 0 ? ['user root;'] : [])];
  return `${head.join('\n')}\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${site}\n}\n`;
}

async function untilItAnswers(url: string): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20)) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
  }
  throw new Error('nginx does not answer');
}
