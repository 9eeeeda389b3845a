/** What an address given for a provider means: its base URL, or why it cannot be one. */
export type BaseUrlReading = { readonly baseUrl: string } | { readonly mistake: string };

/**
 * Accepts a base URL with or without `/v1`, and the full URL of an endpoint below it; answers the base URL without a
 * trailing slash. An address without any path gets `/v1`.
 */
export function readBaseUrl(text: string): BaseUrlReading {
  const url = URL.parse(text.trim());
  if (!url) return { mistake: `"${text}" is not a URL; write one like http://127.0.0.1:1234/v1` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { mistake: `"${text}" must begin with http:// or https://` };
  }
  if (url.username !== '' || url.password !== '') {
    return { mistake: 'must not hold a user name or password; give the key in its own variable' };
  }
  if (url.search !== '' || url.hash !== '') return { mistake: 'must not hold a query or a fragment' };
  const path = url.pathname.replace(/\/+$/, '').replace(/\/(?:chat\/completions|models|api\/chat)$/, '');
  return { baseUrl: `${url.origin}${path === '' ? '/v1' : path}` };
}
