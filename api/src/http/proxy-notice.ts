import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Says once in the log that a proxy stands in front although the configuration knows of none. */
export function createProxyNotice(log: Logger): RequestHandler {
  let isSaid = false;
  return (request, _response, next) => {
    if (!isSaid && request.headers['x-forwarded-for'] !== undefined) {
      isSaid = true;
      log.warn('A proxy forwards requests, but TRUST_PROXY is 0: everybody behind it counts as one address. Set it.');
    }
    next();
  };
}
