import { problem } from '@parley/contracts';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { RateLimit } from '../config/app-config.ts';

/** Statuses of requests that were refused for their shape before anything was tried. */
const malformed: ReadonlySet<number> = new Set([400, 413, 415]);

/**
 * Refuses an address (IPv6: its /56 network) that asks too often, with `too-many-requests` and `Retry-After`.
 * Malformed requests do not count: a typing mistake must not cost an attempt.
 */
export function createRateLimit({ max, windowMs }: RateLimit): RequestHandler {
  return rateLimit({
    limit: max,
    windowMs,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    skipFailedRequests: true,
    requestWasSuccessful: (_request, response) => !malformed.has(response.statusCode),
    // `createProxyNotice` says it in our words.
    validate: { xForwardedForHeader: false },
    // The library has set Retry-After by now.
    handler(_request, _response, next) {
      next(problem('too-many-requests'));
    },
  });
}
