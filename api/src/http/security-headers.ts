import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { hostNameOf } from './host-name.ts';

/** Where apps of tools are framed; see `clientConfigSchema`. */
export interface AppFrameAddress {
  readonly port: number;
  readonly url?: string | undefined;
}

const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * Headers that confine the browser: our own scripts and the inline ones of `indexHtml` (by their hashes), no foreign
 * connections, no frames but those of `appFrame`, no embedding of the app. Inline styles are allowed because KaTeX
 * positions its glyphs with them.
 */
export function createSecurityHeaders(indexHtml: string | undefined, appFrame?: AppFrameAddress): RequestHandler {
  const hashes = indexHtml === undefined ? [] : inlineScriptHashes(indexHtml);
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...hashes],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        frameSrc: [(request) => frameSource(request, appFrame)],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // An install on a private network often has no certificate; a proxy that has one adds this header itself.
    strictTransportSecurity: false,
  });
}

/** Without a scheme: that of the page. */
function frameSource(request: IncomingMessage, appFrame: AppFrameAddress | undefined): string {
  if (appFrame === undefined) return "'none'";
  const host = hostNameOf(request);
  return appFrame.url ?? (host === undefined ? "'none'" : `${host}:${appFrame.port}`);
}

function inlineScriptHashes(html: string): string[] {
  return [...html.matchAll(inlineScript)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
}
