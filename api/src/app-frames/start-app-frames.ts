import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { hostNameOf } from '../http/host-name.ts';
import { serve } from '../http/serve.ts';
import type { RunningServer } from '../http/serve.ts';
import { framePolicy, permissionsPolicy } from './frame-policy.ts';

interface AppFramesOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly publicUrl: string;
  /** See `framePolicy`. */
  readonly hosts: readonly string[];
}

/** Connections at once; a page is fetched and done. */
const mostConnections = 256;

/**
 * Serves the page that apps of tools are shown in, at `/frame` of an origin of its own. It reads no cookie, sets none,
 * and knows neither users nor apps: what is shown arrives by message. Throws a `StartError` when the port cannot be had.
 */
export async function startAppFrames({ host, port, ...policy }: AppFramesOptions): Promise<RunningServer> {
  const page = readFileSync(path.join(import.meta.dirname, 'frame-page.html'));
  return await serve(createFrameListener(page, policy), {
    host,
    port,
    prepare(server) {
      server.maxConnections = mostConnections;
      server.maxRequestsPerSocket = 100;
      server.headersTimeout = 5_000;
      server.requestTimeout = 10_000;
      server.keepAliveTimeout = 5_000;
    },
  });
}

function createFrameListener(page: Buffer, policy: Pick<AppFramesOptions, 'publicUrl' | 'hosts'>): RequestListener {
  return (request, response) => {
    response.setHeaders(
      new Headers({
        'Content-Security-Policy': framePolicy(policy, hostNameOf(request)),
        'Permissions-Policy': permissionsPolicy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'X-DNS-Prefetch-Control': 'off',
        'Origin-Agent-Cluster': '?1',
        'X-Robots-Tag': 'noindex',
        'Cache-Control': 'no-cache',
      }),
    );
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || request.url !== '/frame') {
      // Whatever else was sent along is not read.
      response.writeHead(isRead ? 404 : 405, { 'Content-Length': 0, Connection: 'close' }).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length });
    response.end(request.method === 'GET' ? page : undefined);
  };
}
