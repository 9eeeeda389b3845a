import { problem } from '@parley/contracts';
import { Router } from 'express';

/**
 * While the server shuts down: sends whoever comes now away with 503, to another server or to try again in a second,
 * and closes the connection they came on.
 */
export function createDrainGate(draining: AbortSignal): Router {
  const router = Router();
  router.use((_request, response, next) => {
    if (!draining.aborted) {
      next();
      return;
    }
    response.set('Connection', 'close');
    throw problem('not-ready', { retryAfterSeconds: 1, detail: 'The server is shutting down.' });
  });
  return router;
}
