import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a handshake may come in: not one of a page of another website. The rule of `requireSameOrigin`, for requests
 * that Express does not see. Programs that are no browsers say nothing of a page.
 */
export function isOwnPage(headers: IncomingHttpHeaders, behindProxy: boolean): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return true;
  const { origin } = headers;
  if (origin === undefined) return site === undefined;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === headers.host || (behindProxy && host === headers['x-forwarded-host']);
}
