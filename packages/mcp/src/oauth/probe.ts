import type { McpHttpTransport } from '../core/mcp-server.ts';
import { readChallenge } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';

/** Asks a server without a token, to hear its challenge; undefined when it makes none. */
export async function probe(
  fetch: typeof globalThis.fetch,
  transport: McpHttpTransport,
  { signal, requestMs }: { readonly signal: AbortSignal; readonly requestMs: number },
): Promise<Challenge | undefined> {
  const deadline = AbortSignal.timeout(requestMs);
  try {
    const response = await fetch(transport.url, {
      method: 'POST',
      headers: {
        ...transport.headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
    await response.body?.cancel();
    if (response.status !== 401 && response.status !== 403) return undefined;
    return readChallenge(response.headers.get('WWW-Authenticate'));
  } catch (error) {
    signal.throwIfAborted();
    const text = deadline.aborted ? 'The server did not answer in time.' : 'The server cannot be reached.';
    throw new McpSignInError('discovery-failed', text, { retryable: true, cause: error });
  }
}
