import { problem } from '@parley/contracts';
import type { Request } from 'express';

/**
 * Throws `forbidden` when a browser says that another site caused the request, by `Sec-Fetch-Site` or, where that is
 * missing, `Origin`. Programs that are no browsers send neither and carry no victim's cookies.
 */
export function requireSameOrigin(request: Request): void {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isOwn = site === undefined ? origin === undefined || hostOf(origin) === request.host : ownSites.has(site);
  if (!isOwn) throw problem('forbidden', { detail: 'This request came from another website.' });
}

const ownSites = new Set(['same-origin', 'none']);

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
