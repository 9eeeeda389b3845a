import compression from 'compression';
import cookieParser from 'cookie-parser';
import express from 'express';
import type { Express, Request, Response, Router } from 'express';
import type { Logger } from 'pino';
import { allRoutes } from './http/all-routes.ts';
import { createClientRouter } from './http/client-files.ts';
import type { ClientBuild } from './http/client-files.ts';
import { openApiRoute } from './http/openapi.ts';
import { probeRoutes } from './http/probe-router.ts';
import { problemHandler } from './http/problem.ts';
import { createProxyNotice } from './http/proxy-notice.ts';
import { createRequestLog } from './http/request-log.ts';
import { createSecurityHeaders } from './http/security-headers.ts';
import type { AppFrameAddress } from './http/security-headers.ts';
import { createUnknownAddressRouter } from './http/unknown-address.ts';

interface AppParts {
  readonly log: Logger;
  readonly trustProxy: number | boolean | string;
  /** One for each feature, and the probes. */
  readonly routers: readonly Router[];
  readonly client: ClientBuild | undefined;
  /** Absent: nothing is framed. */
  readonly appFrame?: AppFrameAddress | undefined;
}

/** The Express app: what every request passes, then the features, then the client, then the problems. */
export function createApp({ log, trustProxy, routers, client, appFrame }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);

  app.use(createRequestLog(log));
  if (trustProxy === 0) app.use(createProxyNotice(log));
  app.use(createSecurityHeaders(client?.indexHtml, appFrame));
  app.use(compression({ filter: isCompressible }));
  app.use(cookieParser());

  for (const router of routers) app.use(router);
  if (client !== undefined) app.use(createClientRouter(client));
  app.use(createUnknownAddressRouter([...allRoutes, openApiRoute, ...probeRoutes]));
  app.use(problemHandler);
  return app;
}

/** An event stream must reach its reader token by token, not when a compressor's window is full. */
function isCompressible(request: Request, response: Response): boolean {
  const type = response.getHeader('Content-Type');
  return !String(type).startsWith('text/event-stream') && compression.filter(request, response);
}
