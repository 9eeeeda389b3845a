import type { Dialect } from '../core/model-request.ts';

/** What an address given for a provider means, or why it cannot be one. */
export type BaseUrlReading =
  | {
      readonly baseUrl: string;
      /** The dialect of the endpoint it was the full URL of. */
      readonly dialect?: Dialect;
    }
  | { readonly mistake: string };

/** Endpoints whose full URL may stand for their base, and what they speak. */
const endpoints: readonly (readonly [suffix: string, dialect?: Dialect])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
  ['/api/chat'],
  ['/api/generate'],
  ['/api/embeddings'],
  ['/api/embed'],
  ['/embeddings'],
  ['/models'],
];

/**
 * Accepts a base URL with or without `/v1`, and the full URL of an endpoint below it; answers the base URL without a
 * trailing slash. An address without any path gets `/v1`.
 */
export function readBaseUrl(text: string): BaseUrlReading {
  const url = readAddress(text);
  if ('mistake' in url) return url;
  if (url.search !== '' || url.hash !== '') return { mistake: 'must not hold a query or a fragment' };
  const path = url.pathname.replace(/\/+$/, '');
  const [suffix = '', dialect] = endpoints.find(([ending]) => path.endsWith(ending)) ?? [];
  const base = path.slice(0, path.length - suffix.length);
  return { baseUrl: `${url.origin}${base === '' ? '/v1' : base}`, ...(dialect && { dialect }) };
}

/** Reads an `http` or `https` address without credentials. */
export function readAddress(text: string): URL | { readonly mistake: string } {
  const url = URL.parse(text.trim());
  if (!url) return { mistake: `"${text}" is not a URL; write one like http://127.0.0.1:1234/v1` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { mistake: `"${text}" must begin with http:// or https://` };
  }
  if (url.username !== '' || url.password !== '') {
    return { mistake: 'must not hold a user name or password; give the key in its own variable' };
  }
  return url;
}
