import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import path from 'node:path';
import { hostNameOf } from '../http/host-name.ts';
import { serve } from '../http/serve.ts';
import type { RunningServer } from '../http/serve.ts';
import { readArtifactFile } from './artifact-files.ts';
import { artifactPolicy, framePolicy, permissionsPolicy } from './frame-policy.ts';

interface AppFramesOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly publicUrl: string;
  /** See `framePolicy`. */
  readonly hosts: readonly string[];
  /** The origin of this server, where a proxy gives it one. */
  readonly url?: string | undefined;
  /** Where the build of the client left the scripts that artifacts run on. */
  readonly scripts: string;
}

/** Connections at once; a page is fetched and done. */
const mostConnections = 256;

/**
 * Serves the pages that apps of tools (`/frame`) and artifacts (`/artifact`) are shown in, at an origin of its own. It
 * reads no cookie, sets none, and knows neither users nor what is shown: that arrives by message. Throws a `StartError`
 * when the port cannot be had.
 */
export async function startAppFrames({ host, port, ...options }: AppFramesOptions): Promise<RunningServer> {
  return await serve(createFrameListener(options), {
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

type FrameOptions = Omit<AppFramesOptions, 'host' | 'port'>;

function createFrameListener(options: FrameOptions): RequestListener {
  const pages = new Map([
    ['/frame', readPage('frame-page.html')],
    ['/artifact', readPage('artifact-page.html')],
  ]);
  return (request, response) => {
    const { method, url = '' } = request;
    response.setHeaders(headersFor(options, request));
    const page = pages.get(url);
    if (method !== 'GET' && method !== 'HEAD') {
      // Whatever else was sent along is not read.
      response.writeHead(405, { 'Content-Length': 0, Connection: 'close' }).end();
    } else if (page === undefined) {
      sendScript(options.scripts, request, response).catch(() => response.destroy());
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length });
      response.end(method === 'GET' ? page : undefined);
    }
  };
}

function readPage(name: string): Buffer {
  return readFileSync(path.join(import.meta.dirname, name));
}

function headersFor({ publicUrl, hosts, url }: FrameOptions, request: IncomingMessage): Headers {
  const host = hostNameOf(request);
  // As a browser asked for it: behind a container the port is another one.
  const scripts = url ?? (host === undefined ? undefined : request.headers.host);
  const policy =
    request.url === '/frame'
      ? framePolicy({ publicUrl, hosts }, host)
      : artifactPolicy(publicUrl, scripts && `${scripts}/artifact/`, host);
  return new Headers({
    'Content-Security-Policy': policy,
    'Permissions-Policy': permissionsPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-DNS-Prefetch-Control': 'off',
    'Origin-Agent-Cluster': '?1',
    'X-Robots-Tag': 'noindex',
    'Cache-Control': 'no-cache',
  });
}

/** The frame has no origin, and modules are only had across origins by those who are let: everybody may read these. */
async function sendScript(folder: string, { method, url = '', headers }: IncomingMessage, response: ServerResponse) {
  const file = await readArtifactFile(folder, url);
  if (file === undefined) {
    response.writeHead(404, { 'Content-Length': 0, Connection: 'close' }).end();
    return;
  }
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('ETag', file.etag);
  if (headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8', 'Content-Length': file.content.length });
  response.end(method === 'GET' ? file.content : undefined);
}
