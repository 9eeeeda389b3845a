import { readFileSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';
import type { Request } from 'express';

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

/**
 * Serves the client: files under `/assets` have a hash in their name and may be kept for ever, everything else is
 * checked again each time, and any page address answers `index.html`, because the client routes itself.
 */
export function createClientRouter({ folder, indexHtml }: ClientBuild): Router {
  const router = Router();
  router.use(
    '/assets',
    express.static(path.join(folder, 'assets'), {
      immutable: true,
      maxAge: '1y',
      index: false,
      setHeaders: letCompilerRun,
    }),
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

/** A worker has the policy it came with: the one that compiles artifacts may run WebAssembly, and nothing else may. */
function letCompilerRun(response: { setHeader(name: string, value: string): unknown }, file: string): void {
  if (!path.basename(file).startsWith('compile-worker-')) return;
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
  response.setHeader('Content-Security-Policy', policy);
}

function setNoCache(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('Cache-Control', 'no-cache');
}
