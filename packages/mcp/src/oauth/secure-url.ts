import { McpSignInError } from './mcp-sign-in-error.ts';

/** Whether a host is this machine by its name alone (RFC 8252 section 7.3, RFC 6761 section 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}

/**
 * The address when OAuth may use it: https without user info or fragment; else `unsafe-url`. Plain http is for this
 * machine, and only when whoever names the address (`namedBy`) is on this machine too: nobody outside may point inside.
 */
export function secureUrl(address: string, namedBy: string): URL {
  const url = URL.parse(address);
  if (url === null || !isSecure(url, namedBy)) {
    throw new McpSignInError('unsafe-url', 'The server names a sign-in address that is not secure (https).');
  }
  return url;
}

function isSecure(url: URL, namedBy: string): boolean {
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (url.protocol === 'https:' && !isLoopbackHost(url.hostname)) return true;
  const namer = URL.parse(namedBy)?.hostname;
  return /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname) && namer !== undefined && isLoopbackHost(namer);
}
