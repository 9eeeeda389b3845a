import { problem } from '@parley/contracts';
import type { RequestHandler } from 'express';
import { MemoryStore, rateLimit } from 'express-rate-limit';
import type { Logger } from 'pino';
import type { RateLimit } from '../config/app-config.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';
import { createSharedRateStore } from './shared-rate-store.ts';

/** Statuses of requests that were refused for their shape before anything was tried. */
const malformed: ReadonlySet<number> = new Set([400, 413, 415]);

/**
 * Refuses an address (IPv6: its /56 network) that asks too often, with `too-many-requests` and `Retry-After`; each name
 * counts for itself. Malformed requests do not count: a typing mistake must not cost an attempt.
 */
export type RateLimiter = (name: string, limit: RateLimit) => RequestHandler;

/** Counts on all replicas together where there is Redis, else in this process. */
export function createRateLimiter(redis: Pick<RedisConnections, 'commands'> | undefined, log: Logger): RateLimiter {
  return (name, { max, windowMs }) =>
    rateLimit({
      limit: max,
      windowMs,
      store: redis === undefined ? new MemoryStore() : createSharedRateStore(name, redis, log),
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
