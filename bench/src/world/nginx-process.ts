import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { installRoot } from './install-root.ts';
import { runProcess } from './run-process.ts';
import { answers, untilReady } from './until-ready.ts';

/** An nginx in front of replicas, as an unprivileged process. */
export interface NginxProcess {
  readonly url: string;
  close(): Promise<void>;
}

export function isNginxInstalled(): boolean {
  return spawnSync('nginx', ['-v']).status === 0;
}

/** Starts one with the site of `deploy/nginx.conf` in front of two replicas (base URLs), its files below a folder. */
export async function startNginx(folder: string, replicas: readonly string[]): Promise<NginxProcess> {
  const port = await freePort();
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(
    file,
    nginxFile(
      folder,
      port,
      replicas.map((url) => new URL(url).host),
    ),
  );
  const running = runProcess('nginx', ['-p', folder, '-e', 'stderr', '-c', file]);
  await untilReady(running, 'nginx', () => answers(`http://127.0.0.1:${port}/readyz`));
  return { url: `http://127.0.0.1:${port}`, close: () => running.end('SIGTERM', 2_000) };
}

function nginxFile(folder: string, port: number, hosts: readonly string[]): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${deliveredSite(port, hosts)}
}
`;
}

/** The site that `docker-compose.yml` mounts, with our addresses in place of names that only exist there. */
function deliveredSite(port: number, hosts: readonly string[]): string {
  return readFileSync(path.join(installRoot, 'deploy/nginx.conf'), 'utf8')
    .replaceAll(/^resolver .*$/gm, '')
    .replaceAll(/server api-(\d+):3080 resolve/g, (_, number: string) => `server ${hosts[Number(number) - 1] ?? ''}`)
    .replaceAll(/listen \d+;/g, `listen 127.0.0.1:${port};`);
}
