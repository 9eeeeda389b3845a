import { AsyncLocalStorage } from 'node:async_hooks';
import type { McpError } from '../core/mcp-error.ts';

/** One message on its way over HTTP, as the layers above and below the SDK's transport both see it. */
export interface Exchange {
  /** The answer is an event stream: it arrives after the sending is done. */
  streamed: boolean;
  /** Why the answer cannot be read. */
  failure: McpError | undefined;
}

/** The message that the current code sends or reads the answer of. */
export const exchanges = new AsyncLocalStorage<Exchange | undefined>();
