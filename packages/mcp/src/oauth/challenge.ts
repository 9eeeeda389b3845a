import { extractWWWAuthenticateParams } from '@modelcontextprotocol/client';

/** What a server's `WWW-Authenticate` asks for. */
export interface Challenge {
  readonly resourceMetadataUrl?: string;
  /** Space-separated scopes, only such as RFC 6749 allows. */
  readonly scope?: string;
  readonly isInsufficientScope: boolean;
}

const longestScope = 4096;
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Reads the header of a 401 or 403; null is a server that sent none. */
export function readChallenge(wwwAuthenticate: string | null): Challenge {
  if (wwwAuthenticate === null) return { isInsufficientScope: false };
  const headers = new Headers({ 'WWW-Authenticate': fromBearerOn(wwwAuthenticate) });
  const { resourceMetadataUrl, scope, error } = extractWWWAuthenticateParams(new Response(null, { headers }));
  const scopes = readScope(scope);
  return {
    ...(resourceMetadataUrl !== undefined && { resourceMetadataUrl: resourceMetadataUrl.href }),
    ...(scopes !== undefined && { scope: scopes }),
    isInsufficientScope: error === 'insufficient_scope',
  };
}

/** A server may name several schemes in one header (RFC 9110 section 11.6.1); the SDK reads the first alone. */
function fromBearerOn(wwwAuthenticate: string): string {
  const found = /(?:^|,)\s*(?=(?:Bearer|DPoP)\s)/i.exec(wwwAuthenticate);
  return found === null ? wwwAuthenticate : wwwAuthenticate.slice(found.index + found[0].length);
}

/** The same scopes without what is no scope; undefined when none is left or the list is absurdly long. */
export function readScope(scope: string | undefined): string | undefined {
  if (scope === undefined || scope.length > longestScope) return undefined;
  const tokens = scope.split(/\s+/).filter((token) => scopeToken.test(token));
  return tokens.length === 0 ? undefined : tokens.join(' ');
}
