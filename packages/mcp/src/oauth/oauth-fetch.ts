import type { FetchLike } from '@modelcontextprotocol/client';
import { McpSignInError } from './mcp-sign-in-error.ts';
import type { McpSignInErrorCode } from './mcp-sign-in-error.ts';

/** Milliseconds for one request with its answer, and bytes of one answer. */
export interface OAuthFetchLimits {
  readonly requestMs: number;
  readonly answerBytes: number;
}

/** Gives the fetch of one step: its failures are `McpSignInError`s with the code of that step. */
export type OAuthFetch = (signal: AbortSignal, code: McpSignInErrorCode) => FetchLike;

/** Wraps the only way to the network so that no answer can be endless, late or huge; an aborted signal throws its reason. */
export function createOAuthFetch(fetch: typeof globalThis.fetch, limits: OAuthFetchLimits): OAuthFetch {
  return (signal, code) => async (url, init) => {
    const deadline = AbortSignal.timeout(limits.requestMs);
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, deadline]) });
      const body = await readBody(response, limits.answerBytes);
      if (body === 'too-large') throw new McpSignInError(code, 'The sign-in server sent an answer that is too large.');
      return new Response(body, { status: response.status, headers: response.headers });
    } catch (error) {
      if (error instanceof McpSignInError) throw error;
      signal.throwIfAborted();
      const text = deadline.aborted
        ? 'The sign-in server did not answer in time.'
        : 'The sign-in server cannot be reached.';
      throw new McpSignInError(code, text, { retryable: true, cause: error });
    }
  };
}

async function readBody(response: Response, answerBytes: number): Promise<Blob | null | 'too-large'> {
  if (response.body === null) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > answerBytes) return 'too-large';
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
