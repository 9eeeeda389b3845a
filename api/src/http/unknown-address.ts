import { problem } from '@parley/contracts';
import type { Route } from '@parley/contracts';
import { Router } from 'express';

/** Answers what no route took: a known address with another method is 405 with `Allow`, everything else 404. */
export function createUnknownAddressRouter(routes: readonly Pick<Route, 'method' | 'path'>[]): Router {
  const router = Router();
  for (const [address, methods] of methodsByPath(routes)) {
    const allow = [...methods].join(', ');
    router.all(address, (_request, response) => {
      response.set('Allow', allow);
      throw problem('method-not-allowed', { detail: `This address takes ${allow}.` });
    });
  }
  router.use(() => {
    throw problem('not-found');
  });
  return router;
}

function methodsByPath(routes: readonly Pick<Route, 'method' | 'path'>[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    const known = methods.get(path) ?? new Set<string>();
    known.add(method);
    if (method === 'GET') known.add('HEAD');
    methods.set(path, known);
  }
  return methods;
}
