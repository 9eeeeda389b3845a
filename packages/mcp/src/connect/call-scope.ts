import { AsyncLocalStorage } from 'node:async_hooks';
import type { McpElicitation, McpElicitationAnswer } from '../core/mcp-elicitation.ts';
import type { McpError } from '../core/mcp-error.ts';
import type { McpSamplingAnswer, McpSamplingRequest } from '../core/mcp-sampling.ts';
import type { McpLogEntry } from '../core/mcp-tool.ts';

/** One request of ours while it runs: who answers the server's questions about it, and what is known of its failure. */
export interface CallScope {
  /** Set below the SDK, where the reason of a failure is known better than in what the SDK throws. */
  failure: McpError | undefined;
  readonly elicit?: (request: McpElicitation, signal: AbortSignal) => Promise<McpElicitationAnswer>;
  readonly sample?: (request: McpSamplingRequest, signal: AbortSignal) => Promise<McpSamplingAnswer>;
  readonly log?: (entry: McpLogEntry) => void;
}

/**
 * The request that the current code works for. It follows what the SDK does from the sending to the reading of the
 * answer's stream, so that a question in that stream finds its asker among many calls of a shared connection.
 */
export const callScopes = new AsyncLocalStorage<CallScope | undefined>();
