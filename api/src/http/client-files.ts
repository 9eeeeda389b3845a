import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';

/** Where the built client is and what its page says; `undefined` when it was not built. */
export interface ClientBuild {
  readonly folder: string;
  readonly indexHtml: string;
}

/** Finds the built client below `client/dist` of the install. */
export function findClientBuild(installRoot: string): ClientBuild | undefined {
  const folder = path.join(installRoot, 'client', 'dist');
  try {
    return { folder, indexHtml: readFileSync(path.join(folder, 'index.html'), 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Encodings the build has written files in, best first, and the ends of these files' names. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Serves the client: files under `/assets` have a hash in their name and may be kept for ever, everything else is
 * checked again each time, and any page address answers `index.html`, because the client routes itself.
 */
export function createClientRouter({ folder, indexHtml }: ClientBuild): Router {
  const router = Router();
  const assets = path.join(folder, 'assets');
  router.use(
    '/assets',
    chooseCompressed(assets),
    express.static(assets, { immutable: true, maxAge: '1y', index: false, setHeaders: setAssetHeaders }),
  );
  router.use(express.static(folder, { index: false, cacheControl: false, setHeaders: setNoCache }));
  router.get(/^(?!\/(?:api|assets)(?:\/|$))/, (request, response, next) => {
    if (!isPage(request)) {
      next();
      return;
    }
    response.set('Cache-Control', 'no-cache').type('html').send(indexHtml);
  });
  return router;
}

/** A browser that goes somewhere asks for `text/html` by name; whoever takes anything gets no page in place of a file. */
function isPage(request: Request): boolean {
  if (request.get('accept')?.includes('text/html') === true) return true;
  return path.extname(request.path) === '' && request.accepts('html') !== false;
}

/** Asks for the file the build has compressed, where there is one in an encoding that the browser takes. */
function chooseCompressed(assets: string): RequestHandler {
  const names = new Set(existsSync(assets) ? readdirSync(assets).map((name) => `/${name}`) : []);
  return (request, _response, next) => {
    const [, suffix] =
      encodings.find(
        ([encoding, end]) => names.has(request.path + end) && request.acceptsEncodings(encoding) === encoding,
      ) ?? [];
    if (suffix !== undefined) request.url = request.path + suffix;
    next();
  };
}

function setAssetHeaders(response: Response, file: string): void {
  const [encoding, suffix = ''] = encodings.find(([, end]) => file.endsWith(end)) ?? [];
  if (encoding !== undefined) {
    response.set('Content-Encoding', encoding).type(path.extname(file.slice(0, -suffix.length)));
  }
  letCompilerRun(response, file);
}

/** A worker has the policy it came with: the one that compiles artifacts may run WebAssembly, and nothing else may. */
function letCompilerRun(response: { setHeader(name: string, value: string): unknown }, file: string): void {
  if (!path.basename(file).startsWith('compile-worker-')) return;
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
  response.setHeader('Content-Security-Policy', policy);
}

function setNoCache(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('Cache-Control', 'no-cache');
}
