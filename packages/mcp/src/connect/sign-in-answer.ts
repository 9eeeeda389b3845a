import { McpError } from '../core/mcp-error.ts';
import { McpSignInError } from '../oauth/mcp-sign-in-error.ts';

/** What the sign-in answers, its failures as those of a connection. */
export async function signInAnswer<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof McpSignInError)) throw error;
    const code = error.retryable ? 'unreachable' : 'sign-in-needed';
    throw new McpError(code, error.message, { retryable: error.retryable, cause: error });
  }
}
